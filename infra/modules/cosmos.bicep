import { tags as tagsOf } from 'types.bicep'

@export()
@description('A container, as declared in infra/resources.json, which the local Azure reads too.')
type container = {
  @description('Name.')
  id: string

  @description('Path of the partition key, such as /storeId.')
  partitionKey: string

  @description('Seconds. -1 expires only items with their own TTL; if missing, no item expires.')
  defaultTtl: int?

  @description('Lists of paths. The values of each list together are unique within a partition.')
  uniqueKeys: string[][]?

  @description('If missing, the default of the service: every path is indexed.')
  indexingPolicy: resourceInput<'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15'>.properties.resource.indexingPolicy?
}

@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Name of the database.')
param databaseName string

@description('Consistency of reads.')
param consistency resourceInput<'Microsoft.DocumentDB/databaseAccounts@2025-10-15'>.properties.consistencyPolicy.defaultConsistencyLevel

@description('All containers. The application\'s identity cannot create them.')
param containers container[]

@description('Name of the application\'s identity; names the role assignments.')
param identityName string

@description('Principal of the application\'s identity.')
param identityPrincipalId string

@description('Principal id of the deployer, who writes the first documents of a new store and reads the archive of events. Empty: nobody.')
param deployerPrincipalId string

@description('The container of these first documents.')
param seedContainer string

@description('The containers with archived events.')
param archiveContainers string[]

// Cosmos DB Built-in Data Contributor and Data Reader: they cover items, queries and the change feed, but no keys, containers or throughput.
var dataContributor = '00000000-0000-0000-0000-000000000002'
var dataReader = '00000000-0000-0000-0000-000000000001'

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
    capabilities: [{ name: 'EnableServerless' }]
    consistencyPolicy: { defaultConsistencyLevel: consistency }
    databaseAccountOfferType: 'Standard'
    disableKeyBasedMetadataWriteAccess: true
    disableLocalAuth: true
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: false }]
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: 'Enabled'
  }

  resource database 'sqlDatabases' = {
    name: databaseName
    properties: { resource: { id: databaseName } }

    resource collections 'containers' = [
      for container in containers: {
        name: container.id
        properties: {
          resource: {
            id: container.id
            partitionKey: { kind: 'Hash', paths: [container.partitionKey], version: 2 }
            ...(container.?defaultTtl == null ? {} : { defaultTtl: container.?defaultTtl })
            ...(container.?indexingPolicy == null ? {} : { indexingPolicy: container.?indexingPolicy })
            ...(container.?uniqueKeys == null
              ? {}
              : { uniqueKeyPolicy: { uniqueKeys: map(container.?uniqueKeys ?? [], paths => { paths: paths }) } })
          }
        }
      }
    ]
  }

  // One after the other, and never while a container is created: each operation locks the account for a moment, and Cosmos DB refuses other
  // operations meanwhile (412, "another user operation in progress which requires an exclusive lock").
  resource application 'sqlRoleAssignments' = {
    name: guid(account.id, databaseName, identityName, dataContributor)
    dependsOn: [database::collections]
    properties: {
      principalId: identityPrincipalId
      roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
      scope: '${account.id}/dbs/${databaseName}'
    }
  }

  resource deployer 'sqlRoleAssignments' = if (!empty(deployerPrincipalId)) {
    name: guid(account.id, databaseName, seedContainer, deployerPrincipalId, dataContributor)
    dependsOn: [application]
    properties: {
      principalId: deployerPrincipalId
      roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
      scope: '${account.id}/dbs/${databaseName}/colls/${seedContainer}'
    }
  }

  @batchSize(1)
  resource operator 'sqlRoleAssignments' = [
    for archive in archiveContainers: if (!empty(deployerPrincipalId)) {
      name: guid(account.id, databaseName, archive, deployerPrincipalId, dataReader)
      dependsOn: [deployer]
      properties: {
        principalId: deployerPrincipalId
        roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataReader}'
        scope: '${account.id}/dbs/${databaseName}/colls/${archive}'
      }
    }
  ]
}

@description('Address of the account.')
output endpoint string = account.properties.documentEndpoint
