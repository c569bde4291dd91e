@description('Name of the budget.')
param name string

@description('Amount per month, in the currency of the bill.')
param amount int

@description('First day of the first month, such as 2026-12-01. It cannot be changed later.')
param startDate string

@description('Email address for warnings, besides the owners of the resource group. Empty: the action group of the alerts gets them.')
param email string

@description('Name of the action group of the alerts.')
param actionGroupName string

resource told 'Microsoft.Insights/actionGroups@2023-01-01' existing = {
  name: actionGroupName
}

var contacts = {
  // Azure requires an address or an action group: a role is not enough.
  contactEmails: empty(email) ? [] : [email]
  contactGroups: empty(email) ? [told.id] : []
  contactRoles: ['Owner']
  enabled: true
  operator: 'GreaterThan'
}

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    amount: amount
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      halfSpent: { ...contacts, threshold: 50, thresholdType: 'Actual' }
      willBeOverspent: { ...contacts, threshold: 100, thresholdType: 'Forecasted' }
      overspent: { ...contacts, threshold: 100, thresholdType: 'Actual' }
    }
  }
}
