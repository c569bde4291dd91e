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

@description('Account whose container holds the package.')
param storageName string

@description('Container that the package is published to.')
param packageContainer string

@description('Major version of Node.')
param nodeVersion '22' | '24'

@description('Groups of functions that are kept warm, with one instance each.')
param alwaysReady ('http' | 'durable')[]

@description('No more instances than this at once of each group of functions, of which all for HTTP are one: a limit to the bill.')
param maximumInstanceCount int

@description('The one origin whose pages may call the API.')
param siteOrigin string

@description('All of the app\'s settings: on each deployment they replace what was there.')
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
