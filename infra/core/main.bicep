targetScope = 'subscription'

import { chosenOf, extension } from '../modules/extensions.bicep'
import { settings } from '../modules/types.bicep'

// The only declaration of containers and subscriptions. The local Azure reads it too.
var declared = loadJsonContent('../resources.json')
// Written by `npm run generate` from functions/extensions/*/extension.json.
var declaredExtensions extension[] = loadJsonContent('../generated/extensions.json')
var durableTask = loadJsonContent('../../host.json', 'extensions.durableTask')

@minLength(1)
@maxLength(40)
@description('Name of the azd environment. The names of all resources follow from it.')
param environmentName string

@minLength(1)
@description('Region of all resources except the web apps.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Region of the Static Web App. Its content is served worldwide.')
@metadata({ azd: { type: 'location' } })
param webLocation 'centralus' | 'eastasia' | 'eastus2' | 'westeurope' | 'westus2'

@description('lean: every service is free or billed by use. production: Web PubSub Standard and two warm instances.')
param profile 'lean' | 'production'

@description('Where Durable Functions keeps its state. The package must be built for the same backend; azd passes the same variable to the build.')
param durableBackend 'storage' | 'scheduler'

@description('console writes one-time codes to the log, for demonstrations only: whoever reads the log can sign in as anyone. sms sends them.')
param smsChannel 'console' | 'sms'

@description('Sender of messages with the channel sms: a number such as +18005550199, or a name. Buy a number or register a name in the portal after the service was created.')
param smsFrom string = 'Crema'

@description('Geography where Communication Services stores data at rest, such as Europe or United States.')
param smsDataLocation string

@minValue(1)
@description('Maximum number of one-time codes per hour for one network address.')
param codesPerAddress int

@minValue(1)
@description('Maximum number of one-time codes per hour in total.')
param codesPerHour int

@minValue(1)
@description('Maximum number of one-time codes per day in total. It limits the cost of messages per day.')
param codesPerDay int

@description('Country codes whose phone numbers may get one-time codes, separated by commas; * for all. Empty: the default countries.')
param smsCountries string = ''

@description('Hosts of the push services that may get messages for browsers, separated by commas. Empty: those of the common browsers.')
param pushHosts string = ''

@description('Extensions of this stand: names separated by commas, or all, none or default. The package must be built with the same extensions.')
param extensions string = 'default'

@description('Values of the settings of extensions, by name.')
param extensionSettings settings = {}

@description('Major version of Node for the application.')
param nodeVersion '22' | '24'

@description('Email address for alerts and budget warnings. Empty: the owners get them.')
param alertEmail string = ''

@minValue(0)
@description('Monthly budget in the currency of the bill. Azure warns at half of it, and when the costs exceed it or are forecast to. 0: no budget.')
param monthlyBudget int

// Empty by default: azd asks for each parameter without a default before it runs the hook that sets this one.
@description('First day of the first month of the budget, such as 2026-12-01. It cannot be changed later.')
param budgetStart string = ''

@description('Principal id of the deployer, who may write the first documents of a new store and manage events (docs/events.md). azd sets it.')
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
    consistency: declared.cosmos.consistency
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

@description('Resource group of the eventing layer.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Functions app that the subscriptions deliver to.')
output FUNCTION_APP_NAME string = names.app

@description('Topic of the subscriptions.')
output EVENT_GRID_TOPIC_NAME string = names.topic

@description('Endpoint for publishing events by hand.')
output EVENT_GRID_ENDPOINT string = eventGrid.outputs.endpoint

@description('Storage account of the dead letters.')
output STORAGE_ACCOUNT_NAME string = names.storage

@description('Container of the dead letters.')
output DEAD_LETTER_CONTAINER string = names.deadLetters

@description('Cosmos DB endpoint, for the first documents of a new store.')
output COSMOS_ENDPOINT string = cosmos.outputs.endpoint

@description('Address of the HTTP API. The web build writes it into the site.')
output API_URL string = '${app.outputs.origin}/api'

@description('Address for the live connections of browsers. The web build writes it into the site and its Content-Security-Policy.')
output PUSH_URL string = 'wss://${webPubSub.outputs.hostName}'

@description('Origin of the four web apps.')
output SITE_URL string = site.outputs.origin
