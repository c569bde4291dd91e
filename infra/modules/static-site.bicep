import { tags as tagsOf } from 'types.bicep'

@description('Name of the site.')
param name string

@description('One of the five regions for Static Web Apps. The content is served worldwide.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Free, or Standard, which has a service level agreement.')
param sku 'Free' | 'Standard'

resource site 'Microsoft.Web/staticSites@2025-03-01' = {
  name: name
  location: location
  tags: { ...tags, 'azd-service-name': 'web' }
  sku: { name: sku, tier: sku }
  properties: {
    // The headers and routes are part of the site, in staticwebapp.config.json.
    allowConfigFileUpdates: true
    stagingEnvironmentPolicy: 'Disabled'
  }
}

@description('Origin of the four web apps.')
output origin string = 'https://${site.properties.defaultHostname}'
