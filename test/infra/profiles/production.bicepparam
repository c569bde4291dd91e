using '../../../infra/core/main.bicep'

// For a stand with customers.

param environmentName = 'crema-test'
param location = 'northeurope'
param webLocation = 'westeurope'
param profile = 'production'
param durableBackend = 'storage'
param smsChannel = 'sms'
param smsFrom = '+18005550199'
param smsDataLocation = 'Europe'
param codesPerAddress = 300
param codesPerHour = 400
param codesPerDay = 1500
param smsCountries = 'US,CA,MX'
param pushHosts = 'fcm.googleapis.com,push.apple.com'
param extensions = 'none'
param nodeVersion = '22'
param alertEmail = 'owner@example.com'
param monthlyBudget = 200
param budgetStart = '2026-12-01'
param principalId = '11111111-1111-1111-1111-111111111111'
