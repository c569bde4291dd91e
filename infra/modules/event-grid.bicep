import { roles } from 'roles.bicep'
import { tags as tagsOf } from 'types.bicep'

@description('Name of the topic.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Name of the application\'s identity; names the role assignment.')
param identityName string

@description('Principal of the application\'s identity.')
param identityPrincipalId string

@description('Principal id of the deployer, who publishes and manages events by hand. Empty: nobody.')
param deployerPrincipalId string

@description('Storage account of the dead letters.')
param storageName string

@description('Container of the dead letters.')
param deadLetterContainer string

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    disableLocalAuth: true
    inputSchema: 'CloudEventSchemaV1_0'
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(topic.id, identityName, roles.eventGridDataSender)
  scope: topic
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventGridDataSender)
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: deadLetterContainer
    }
  }
}

// The topic writes dead letters with its own identity, and only into their container. The application's identity could also read the package and
// more.
resource deadLetterWriter 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::blobs::deadLetters.id, topic.id, roles.storageBlobDataContributor)
  scope: storage::blobs::deadLetters
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

// Without principalType: the deployer may be a person or the service principal of a pipeline.
resource operator 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerPrincipalId)) {
  name: guid(topic.id, deployerPrincipalId, roles.eventGridDataSender)
  scope: topic
  properties: {
    principalId: deployerPrincipalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventGridDataSender)
  }
}

resource deadLetterKeeper 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerPrincipalId)) {
  name: guid(storage::blobs::deadLetters.id, deployerPrincipalId, roles.storageBlobDataContributor)
  scope: storage::blobs::deadLetters
  properties: {
    principalId: deployerPrincipalId
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

@description('Address for publishing events.')
output endpoint string = topic.properties.endpoint
