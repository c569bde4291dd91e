import { roles } from 'roles.bicep'
import { tags as tagsOf } from 'types.bicep'

@description('Name of the scheduler.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Name of the task hub, as in host.json.')
param taskHubName string

@description('Name of the application\'s identity; names the role assignment.')
param identityName string

@description('Principal of the application\'s identity.')
param identityPrincipalId string

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // An empty list would block every address. The scheduler has no keys: every caller needs an identity and a role.
    ipAllowlist: ['0.0.0.0/0']
    sku: { name: 'Consumption' }
  }

  resource hub 'taskHubs' = {
    name: taskHubName
  }
}

resource contributor 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::hub.id, identityName, roles.durableTaskDataContributor)
  scope: scheduler::hub
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.durableTaskDataContributor
    )
  }
}

@description('Address of the scheduler.')
output endpoint string = scheduler.properties.endpoint
