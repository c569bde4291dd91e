import { tags as tagsOf } from 'types.bicep'

@description('Display name in the portal.')
param displayName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('The workspace of the queries.')
param workspaceName string

@description('The Application Insights component that lists it.')
param componentName string

@description('The topic whose deliveries it shows.')
param topicName string

@description('The Cosmos DB account whose request units it shows.')
param cosmosName string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' existing = {
  name: cosmosName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'crema-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: component.id
    serializedData: replace(
      replace(replace(string(loadJsonContent('workbook.json')), 'WORKSPACE_ID', workspace.id), 'TOPIC_ID', topic.id),
      'COSMOS_ID',
      cosmos.id
    )
  }
}
