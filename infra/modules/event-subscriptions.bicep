@export()
@description('A subscription as infra/resources.json declares it; the local Azure reads the same.')
type subscription = {
  @description('Name.')
  name: string

  @description('The function that events are pushed to.')
  function: string

  @description('Which events.')
  filter: resourceInput<'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15'>.properties.filter

  @description('How long to try.')
  retry: resourceInput<'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15'>.properties.retryPolicy
}

@description('Name of the topic.')
param topicName string

@description('Name of the Functions app.')
param functionAppName string

@description('Name of the storage account of the dead letters.')
param storageAccountName string

@description('Their container.')
param deadLetterContainer string

@description('Every subscription.')
param subscriptions subscription[]

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName
}

resource delivery 'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15' = [
  for subscription in subscriptions: {
    parent: topic
    name: subscription.name
    properties: {
      // Event Grid fetches the function's key itself, through Azure Resource Manager. So no key is needed here.
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          maxEventsPerBatch: 1
          resourceId: resourceId('Microsoft.Web/sites/functions', functionAppName, subscription.function)
        }
      }
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      filter: subscription.filter
      retryPolicy: subscription.retry
      deadLetterWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: storage.id, blobContainerName: deadLetterContainer }
        }
      }
    }
  }
]
