// The second layer, deployed after the code: Event Grid refuses a subscription whose function does not exist yet.

import { chosenOf, extension } from '../modules/extensions.bicep'

var declared = loadJsonContent('../resources.json', 'eventGrid')
// Written by `npm run generate` from functions/extensions/*/extension.json.
var declaredExtensions extension[] = loadJsonContent('../generated/extensions.json')

@minLength(1)
@description('Name of the topic, from the core layer.')
param topicName string

@minLength(1)
@description('Name of the Functions app, from the core layer.')
param functionAppName string

@minLength(1)
@description('Name of the storage account of the dead letters, from the core layer.')
param storageAccountName string

@minLength(1)
@description('Name of the container of the dead letters, from the core layer.')
param deadLetterContainer string

@description('Extensions of this stand, as in the core layer.')
param extensions string = 'default'

module subscriptions '../modules/event-subscriptions.bicep' = {
  params: {
    topicName: topicName
    functionAppName: functionAppName
    storageAccountName: storageAccountName
    deadLetterContainer: deadLetterContainer
    subscriptions: concat(
      declared.subscriptions,
      flatten(map(chosenOf(declaredExtensions, extensions), each => each.subscriptions))
    )
  }
}
