import { roles } from 'roles.bicep'
import { tags as tagsOf } from 'types.bicep'

@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Name of the application\'s identity; names the role assignments.')
param identityName string

@description('Principal of the application\'s identity.')
param identityPrincipalId string

@description('Container of the Functions package.')
param packageContainer string

@description('Container of the dead letters.')
param deadLetterContainer string

@description('Whether Durable Functions keeps its state here.')
param durable bool

// The Functions host stores only blobs here: leases, timers, keys. Only Durable uses queues and tables.
var accountRoles = concat(
  [roles.storageBlobDataOwner],
  durable ? [roles.storageQueueDataContributor, roles.storageTableDataContributor] : []
)

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource package 'containers' = {
      name: packageContainer
      properties: { publicAccess: 'None' }
    }

    resource deadLetters 'containers' = {
      name: deadLetterContainer
      properties: { publicAccess: 'None' }
    }
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    dependsOn: [blobs::deadLetters]
    properties: {
      policy: {
        rules: [
          {
            name: 'forget-dead-letters'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${deadLetterContainer}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } }
            }
          }
        ]
      }
    }
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in accountRoles: {
    name: guid(account.id, identityName, role)
    scope: account
    properties: {
      principalId: identityPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

@description('Address of each service of the account.')
output endpoints { blob: string, queue: string, table: string } = {
  blob: account.properties.primaryEndpoints.blob
  queue: account.properties.primaryEndpoints.queue
  table: account.properties.primaryEndpoints.table
}
