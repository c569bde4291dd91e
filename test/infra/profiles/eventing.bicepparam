using '../../../infra/eventing/main.bicep'

// The second layer; the names are those that the core layer computes for the profiles beside this file, and a test holds them together.

param topicName = 'evgt-crema-xlvekwwhpypse'
param functionAppName = 'func-crema-xlvekwwhpypse'
param storageAccountName = 'stxlvekwwhpypse'
param deadLetterContainer = 'deadletter'
param extensions = 'none'
