import { settings as settingsOf, tags as tagsOf } from 'types.bicep'

@description('Name of the app.')
param name string

@description('Name of its plan.')
param planName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Name of the application\'s identity.')
param identityName string

@description('Storage account of the package.')
param storageName string

@description('Container of the package.')
param packageContainer string

@description('Major version of Node.')
param nodeVersion '22' | '24'

@description('Function scale groups that keep one instance warm.')
param alwaysReady ('http' | 'durable')[]

@description('Maximum number of instances of each function scale group, of which all HTTP functions are one. It limits the costs.')
param maximumInstanceCount int

@description('The only origin whose pages may call the API.')
param siteOrigin string

@description('All settings of the app. Each deployment replaces the previous ones.')
param settings settingsOf

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: { ...tags, 'azd-service-name': 'api' }
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    serverFarmId: plan.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        alwaysReady: map(alwaysReady, group => { name: group, instanceCount: 1 })
        instanceMemoryMB: 512
        maximumInstanceCount: maximumInstanceCount
      }
    }
    siteConfig: {
      cors: { allowedOrigins: [siteOrigin], supportCredentials: false }
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  // A package can be published only with a Microsoft Entra token, not with a name and password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Origin of the HTTP API.')
output origin string = 'https://${app.properties.defaultHostName}'
