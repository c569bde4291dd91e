import { roles } from 'roles.bicep'
import { tags as tagsOf } from 'types.bicep'

@description('Name of the service.')
param name string

@description('Tags of every resource.')
param tags tagsOf

@description('Geography where data is stored at rest. It cannot be changed later.')
param dataLocation string

@description('Name of the application\'s identity; names the role assignment.')
param identityName string

@description('Principal of the application\'s identity.')
param identityPrincipalId string

resource service 'Microsoft.Communication/communicationServices@2026-03-18' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
  }
}

resource owner 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(service.id, identityName, roles.communicationAndEmailServiceOwner)
  scope: service
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.communicationAndEmailServiceOwner
    )
  }
}

@description('Address of the service.')
output endpoint string = 'https://${service.properties.hostName}'
