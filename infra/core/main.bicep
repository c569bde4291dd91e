targetScope = 'subscription'

import { chosenOf, extension } from '../modules/extensions.bicep'
import { settings } from '../modules/types.bicep'

// The only declaration of containers and subscriptions, which the local Azure reads too, and the application's own host.json.
var declared = loadJsonContent('../resources.json')
// Written by `npm run generate` from functions/extensions/*/extension.json.
var declaredExtensions extension[] = loadJsonContent('../generated/extensions.json')
var durableTask = loadJsonContent('../../host.json', 'extensions.durableTask')

@minLength(1)
@maxLength(40)
@description('Name of the azd environment; every name below follows from it.')
param environmentName string

@minLength(1)
@description('Region of everything but the web apps.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Region that Static Web Apps are managed from; their content is served from everywhere.')
@metadata({ azd: { type: 'location' } })
param webLocation 'centralus' | 'eastasia' | 'eastus2' | 'westeurope' | 'westus2'

@description('lean: everything free or per use. production: Web PubSub Standard and two warm instances.')
param profile 'lean' | 'production'

@description('Where Durable Functions keeps its state. The package must be built for the same: azd gives the build the same variable.')
param durableBackend 'storage' | 'scheduler'

@description('console writes one-time codes to the log: for a demonstration only, who reads the log can sign in as anyone. sms sends them.')
param smsChannel 'console' | 'sms'

@description('Number or name that messages come from, with the channel sms: +18005550199. Numbers are bought and names allowed in the portal, once the service is there.')
param smsFrom string = 'Crema'

@description('Where Communication Services keeps messages at rest, such as Europe or United States.')
param smsDataLocation string

@minValue(1)
@description('One-time codes an hour that may be asked for from one network address.')
param codesPerAddress int

@minValue(1)
@description('One-time codes an hour that are sent to all together.')
param codesPerHour int

@minValue(1)
@description('One-time codes a day that are sent to all together: what a day of messages may cost at most.')
param codesPerDay int

@description('Countries whose numbers codes are sent to: codes with commas between them, * for all. The usual ones when empty.')
param smsCountries string = ''

@description('Hosts of the push services that messages to browsers are sent to, with commas between them. Those of the usual browsers when empty.')
param pushHosts string = ''

@description('Extensions that this stand has: names with commas between them, or all, none or default. The package must be built for the same.')
param extensions string = 'default'

@description('Values of the settings that extensions have, by name.')
param extensionSettings settings = {}

@description('Major version of Node that the application runs on.')
param nodeVersion '22' | '24'

@description('Who is told of alerts and the budget; the owners when empty.')
param alertEmail string = ''

@minValue(0)
@description('Money a month from which on the budget warns, in the currency of the bill; no budget is made for 0.')
param monthlyBudget int

// Empty by default: azd asks for each parameter without a default before it runs the hook that sets this one.
@description('First day of the month that the budget begins with, such as 2026-12-01. It cannot be changed later.')
param budgetStart string = ''

@description('Who deploys; gets to write a new store its first documents, and to look after events (docs/events.md). azd fills it in.')
param principalId string

var profiles = {
  lean: { webPubSub: 'Free_F1', alwaysReady: [], instances: 40, dailyCapGb: '0.15', alertsEvery: 'PT15M' }
  production: {
    webPubSub: 'Standard_S1'
    alwaysReady: ['http', 'durable']
    instances: 100
    dailyCapGb: '2'
    alertsEvery: 'PT5M'
  }
}
var chosen = profiles[profile]
var chosenExtensions = chosenOf(declaredExtensions, extensions)

// Functions whose failure stops an order. A test compares the list with the code.
var orderFunctions = [
  'codes-give-back'
  'codes-scan'
  'every-minute'
  'order'
  'orders-admit'
  'orders-expire'
  'orders-number'
  'orders-submit'
  'orders-work'
  'outbox-codes'
  'outbox-orders'
  'services'
  'services-again'
]

var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName }
var names = {
  resourceGroup: 'rg-${environmentName}'
  identity: 'id-crema-${token}'
  storage: 'st${token}'
  cosmos: 'cosmos-crema-${token}'
  topic: 'evgt-${declared.eventGrid.topic}-${token}'
  webPubSub: 'wps-crema-${token}'
  communication: 'acs-crema-${token}'
  scheduler: 'dts-crema-${token}'
  site: 'stapp-crema-${token}'
  workspace: 'log-crema-${token}'
  component: 'appi-crema-${token}'
  plan: 'plan-crema-${token}'
  app: 'func-crema-${token}'
  actionGroup: 'ag-crema-${token}'
  package: 'package'
  deadLetters: 'deadletter'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: names.resourceGroup
  location: location
  tags: tags
}

// First, with its roles on storage: they take effect while Cosmos DB is created, so the package can be published afterwards.
module identity '../modules/identity.bicep' = {
  scope: group
  params: { name: names.identity, location: location, tags: tags }
}

module storage '../modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    identityName: names.identity
    identityPrincipalId: identity.outputs.principalId
    packageContainer: names.package
    deadLetterContainer: names.deadLetters
    durable: durableBackend == 'storage'
  }
}

module monitoring '../modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    componentName: names.component
    location: location
    tags: tags
    dailyCapGb: chosen.dailyCapGb
    identityName: names.identity
    identityPrincipalId: identity.outputs.principalId
  }
}

module cosmos '../modules/cosmos.bicep' = {
  scope: group
  params: {
    name: names.cosmos
    location: location
    tags: tags
    databaseName: declared.cosmos.database
    containers: concat(declared.cosmos.containers, flatten(map(chosenExtensions, each => each.containers)))
    identityName: names.identity
    identityPrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
    seedContainer: 'config'
    archiveContainers: ['orders', 'codes', 'catalog']
  }
}

module eventGrid '../modules/event-grid.bicep' = {
  scope: group
  dependsOn: [storage]
  params: {
    name: names.topic
    location: location
    tags: tags
    identityName: names.identity
    identityPrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
    storageName: names.storage
    deadLetterContainer: names.deadLetters
  }
}

module webPubSub '../modules/web-pubsub.bicep' = {
  scope: group
  params: {
    name: names.webPubSub
    location: location
    tags: tags
    sku: chosen.webPubSub
    units: 1
    hubName: declared.webPubSub.hub
    identityName: names.identity
    identityPrincipalId: identity.outputs.principalId
  }
}

module communication '../modules/communication.bicep' = if (smsChannel == 'sms') {
  scope: group
  params: {
    name: names.communication
    tags: tags
    dataLocation: smsDataLocation
    identityName: names.identity
    identityPrincipalId: identity.outputs.principalId
  }
}

module scheduler '../modules/scheduler.bicep' = if (durableBackend == 'scheduler') {
  scope: group
  params: {
    name: names.scheduler
    location: location
    tags: tags
    taskHubName: durableTask.hubName
    identityName: names.identity
    identityPrincipalId: identity.outputs.principalId
  }
}

module site '../modules/static-site.bicep' = {
  scope: group
  params: { name: names.site, location: webLocation, tags: tags, sku: 'Free' }
}

// With names ending in __credential and __clientId the host uses this identity. The SDKs read AZURE_*.
var identitySettings settings = {
  AZURE_CLIENT_ID: identity.outputs.clientId
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
  AzureWebJobsStorage__blobServiceUri: storage.outputs.endpoints.blob
  AzureWebJobsStorage__queueServiceUri: storage.outputs.endpoints.queue
  AzureWebJobsStorage__tableServiceUri: storage.outputs.endpoints.table
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.address
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
}
var applicationSettings settings = {
  COSMOS__accountEndpoint: cosmos.outputs.endpoint
  COSMOS__credential: 'managedidentity'
  COSMOS__clientId: identity.outputs.clientId
  EVENTGRID_ENDPOINT: eventGrid.outputs.endpoint
  WEBPUBSUB__endpoint: 'https://${webPubSub.outputs.hostName}'
  SITE_ORIGIN: site.outputs.origin
  CODES_PER_ADDRESS: string(codesPerAddress)
  CODES_PER_HOUR: string(codesPerHour)
  CODES_PER_DAY: string(codesPerDay)
  SMS_COUNTRIES: smsCountries
  PUSH_HOSTS: pushHosts
  SMS_CHANNEL: smsChannel
  ...toObject(flatten(map(chosenExtensions, each => each.settings)), name => name, name => extensionSettings[name])
}

module app '../modules/functions-app.bicep' = {
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityName: names.identity
    storageName: names.storage
    packageContainer: names.package
    nodeVersion: nodeVersion
    alwaysReady: chosen.alwaysReady
    maximumInstanceCount: chosen.instances
    siteOrigin: site.outputs.origin
    settings: {
      ...identitySettings
      ...applicationSettings
      ...(smsChannel == 'sms' ? { SMS__endpoint: communication!.outputs.endpoint, SMS_FROM: smsFrom } : {})
      ...(durableBackend == 'scheduler'
        ? {
            DURABLE_TASK_SCHEDULER: 'Endpoint=${scheduler!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
          }
        : {})
    }
  }
}

module alerts '../modules/alerts.bicep' = {
  scope: group
  dependsOn: [eventGrid, monitoring]
  params: {
    actionGroupName: names.actionGroup
    location: location
    tags: tags
    email: alertEmail
    topicName: names.topic
    workspaceName: names.workspace
    frequency: chosen.alertsEvery
    orderFunctions: orderFunctions
  }
}

module workbook '../modules/workbook.bicep' = {
  scope: group
  dependsOn: [cosmos, eventGrid, monitoring]
  params: {
    displayName: 'Crema (${environmentName})'
    location: location
    tags: tags
    workspaceName: names.workspace
    componentName: names.component
    topicName: names.topic
    cosmosName: names.cosmos
  }
}

// Azure refuses a budget in a new subscription, and in one whose offer has no Cost Management.
module budget '../modules/budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  dependsOn: [alerts]
  params: {
    name: 'budget-crema-${token}'
    amount: monthlyBudget
    startDate: budgetStart
    email: alertEmail
    actionGroupName: names.actionGroup
  }
}

@description('Where the second layer goes.')
output AZURE_RESOURCE_GROUP string = group.name

@description('What its subscriptions deliver to.')
output FUNCTION_APP_NAME string = names.app

@description('What they belong to.')
output EVENT_GRID_TOPIC_NAME string = names.topic

@description('Where events are published to by hand.')
output EVENT_GRID_ENDPOINT string = eventGrid.outputs.endpoint

@description('Where their dead letters go.')
output STORAGE_ACCOUNT_NAME string = names.storage

@description('Their container.')
output DEAD_LETTER_CONTAINER string = names.deadLetters

@description('Where a new store gets its first documents.')
output COSMOS_ENDPOINT string = cosmos.outputs.endpoint

@description('Address of the HTTP API; the web build stamps it into the site.')
output API_URL string = '${app.outputs.origin}/api'

@description('Address that browsers connect to for live messages; for the site\'s Content-Security-Policy.')
output PUSH_URL string = 'wss://${webPubSub.outputs.hostName}'

@description('Origin of the four web apps.')
output SITE_URL string = site.outputs.origin
