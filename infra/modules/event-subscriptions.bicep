@export()
@description('A subscription, as declared in infra/resources.json, which the local Azure reads too.')
type subscription = {
  @description('Name.')
  name: string

  @description('The function that receives the events.')
  function: string

  @description('The events to deliver.')
  filter: resourceInput<'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15'>.properties.filter

  @description('The limits of delivery retries.')
  retry: resourceInput<'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15'>.properties.retryPolicy
}

@description('Name of the topic.')
param topicName string

@description('Name of the Functions app.')
param functionAppName string

@description('Name of the storage account of the dead letters.')
param storageAccountName string

@description('Container of the dead letters.')
param deadLetterContainer string

@description('All subscriptions.')
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
