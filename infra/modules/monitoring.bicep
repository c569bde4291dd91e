import { roles } from 'roles.bicep'
import { tags as tagsOf } from 'types.bicep'

@description('Name of the workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param componentName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Daily cap in gigabytes. When it is reached, the workspace accepts no more data until its next day, which begins at an hour that Azure chooses. A string, because an int has no fractions.')
param dailyCapGb string

@description('Name of the application\'s identity; names the role assignment.')
param identityName string

@description('Principal of the application\'s identity.')
param identityPrincipalId string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
    retentionInDays: 30
    sku: { name: 'PerGB2018' }
    workspaceCapping: { dailyQuotaGb: json(dailyCapGb) }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
    WorkspaceResourceId: workspace.id
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, identityName, roles.monitoringMetricsPublisher)
  scope: component
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

@description('Connection string for telemetry. It is not a secret: keys are disabled, and the sender must be the identity.')
output address string = component.properties.ConnectionString
