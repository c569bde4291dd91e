import { roles } from 'roles.bicep'
import { tags as tagsOf } from 'types.bicep'

@description('Name of the service.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Free_F1 allows 20 connections and 20,000 messages per day; Standard_S1 allows 1,000 connections and a million messages per day and unit.')
param sku 'Free_F1' | 'Standard_S1'

@description('Units of Standard_S1.')
param units int

@description('The hub that browsers connect to.')
param hubName string

@description('Name of the application\'s identity; names the role assignment.')
param identityName string

@description('Principal of the application\'s identity.')
param identityPrincipalId string

resource service 'Microsoft.SignalRService/webPubSub@2024-03-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, capacity: sku == 'Free_F1' ? 1 : units }
  properties: {
    disableAadAuth: false
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
    tls: { clientCertEnabled: false }
  }

  // No event handlers: browsers only receive. So the service never calls the application, and needs no key for it.
  resource hub 'hubs' = {
    name: hubName
    properties: { anonymousConnectPolicy: 'deny', eventHandlers: [] }
  }
}

resource owner 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(service.id, identityName, roles.webPubSubServiceOwner)
  scope: service
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.webPubSubServiceOwner)
  }
}

@description('Host name for browsers and the application.')
output hostName string = service.properties.hostName
