using '../../../infra/core/main.bicep'

// Durable Functions on the Durable Task Scheduler.

param environmentName = 'crema-test'
param location = 'northeurope'
param webLocation = 'westeurope'
param profile = 'lean'
param durableBackend = 'scheduler'
param smsChannel = 'console'
param smsFrom = 'Crema'
param smsDataLocation = 'Europe'
param codesPerAddress = 300
param codesPerHour = 400
param codesPerDay = 1500
param smsCountries = ''
param pushHosts = ''
param extensions = 'none'
param nodeVersion = '22'
param alertEmail = ''
param monthlyBudget = 0
param budgetStart = '2026-12-01'
param principalId = '11111111-1111-1111-1111-111111111111'
