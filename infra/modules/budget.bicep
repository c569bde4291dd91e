@description('Name of the budget.')
param name string

@description('Money a month, in the currency of the bill.')
param amount int

@description('First day of the month that it begins with, such as 2026-12-01. It cannot be changed later.')
param startDate string

@description('Who is told besides the owners of the resource group; nobody when empty.')
param email string

var contacts = {
  contactEmails: empty(email) ? [] : [email]
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
