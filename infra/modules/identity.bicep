import { tags as tagsOf } from 'types.bicep'

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Client id, for app settings.')
output clientId string = identity.properties.clientId

@description('Principal id, for role assignments.')
output principalId string = identity.properties.principalId
