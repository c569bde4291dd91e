import { ownerRole } from 'roles.bicep'
import { tags as tagsOf } from 'types.bicep'

@description('Name of the action group that gets the alerts.')
param actionGroupName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsOf

@description('Email address for alerts. Empty: the owners of the subscription get them.')
param email string

@description('The topic whose dead letters are watched.')
param topicName string

@description('The workspace that the queries run on.')
param workspaceName string

@description('How often the queries run, ISO 8601. More often costs more.')
param frequency 'PT5M' | 'PT15M'

@description('Functions whose failure stops an order.')
param orderFunctions string[]

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource told 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'crema'
    #disable-next-line use-resource-id-functions // The receiver wants the role's GUID, not its resource id.
    armRoleReceivers: empty(email) ? [{ name: 'owners', roleId: ownerRole, useCommonAlertSchema: true }] : []
    emailReceivers: empty(email) ? [] : [{ name: 'mail', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var topicAlerts = [
  {
    name: 'dead-letters'
    metric: 'DeadLetteredCount'
    // One alert per subscription, including those of extensions.
    dimensions: [{ name: 'EventSubscriptionName', operator: 'Include', values: ['*'] }]
    description: 'An event could not be delivered and became a dead letter. The alert names the subscription. If it belongs to an extension, orders are not affected.'
  }
  {
    name: 'dropped-events'
    metric: 'DroppedEventCount'
    // Each time series costs money, and this metric stays at zero as long as dead letters can be written.
    dimensions: []
    description: 'An event could be neither delivered nor stored as a dead letter, so it is lost. Split the metric by EventSubscriptionName to see for which subscription.'
  }
]

resource onTopic 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for alert in topicAlerts: {
    name: alert.name
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: 1
      enabled: true
      scopes: [topic.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      targetResourceType: 'Microsoft.EventGrid/topics'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alert.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.EventGrid/topics'
            metricName: alert.metric
            dimensions: alert.dimensions
            operator: 'GreaterThan'
            threshold: 0
            timeAggregation: 'Total'
          }
        ]
      }
      actions: [{ actionGroupId: told.id }]
    }
  }
]

// Each window is a little longer than the interval between two evaluations, because a record may appear some minutes after it was written. Sampling
// keeps only some of the records; ItemCount says how many each of them represents. Each query returns one row, with 0 if all is well.
// What became of an orchestration is told by properties alone: its category is Host.Triggers.DurableTask in some versions of the extension, and that of
// the function in others (Function.order.User).
var logAlerts = [
  {
    name: 'failed-orchestrations'
    description: 'An orchestration has failed: that of an order, which the sweep continues, or one of an extension. The traces have the reason.'
    query: '''
      AppTraces
      | where TimeGenerated > ago(20m)
      | where Properties.prop__functionType == 'Orchestrator' and Properties.prop__state == 'Failed'
      | summarize Failures = sum(ItemCount)
    '''
  }
  {
    name: 'codes-not-sent'
    description: 'One-time codes are not sent: the limit of the hour or the day is reached (CODES_PER_HOUR, CODES_PER_DAY), or the SMS service accepts no messages. The traces say which. People who are signed in are not affected.'
    query: '''
      AppRequests
      | where TimeGenerated > ago(20m)
      | where OperationName == 'identity-start-challenge' and toint(ResultCode) == 503
      | summarize Failures = sum(ItemCount)
    '''
  }
  {
    name: 'long-wait'
    description: 'At least half of the orders that ended in the last 20 minutes (three or more) waited longer than ten minutes after submission: drinks are ordered faster than they are made, or nobody is at the bar. Add people, reduce the queue (capacity) or close the store.'
    query: '''
      AppTraces
      | where TimeGenerated > ago(20m)
      | where Message startswith '{"crema":"order-ended"'
      | extend order = parse_json(Message)
      | where isnotnull(order.wait)
      | summarize Orders = sum(ItemCount), Wait = percentilew(todouble(order.wait), ItemCount, 50) by Store = tostring(order.store)
      | where Orders >= 3 and Wait > 600
      | summarize Failures = count()
    '''
  }
  {
    name: 'order-failures'
    description: 'A function that an order needs has failed.'
    query: '''
      AppRequests
      | where TimeGenerated > ago(20m)
      | where OperationName in (FUNCTIONS)
      | where Success == false or toint(ResultCode) >= 500
      | summarize Failures = sum(ItemCount)
    '''
  }
  // All other queries count records. If the application does not start, or the log accepts no more data, there are no records to count. One function
  // runs every minute. On Flex Consumption timers have stopped while everything else went on: https://github.com/Azure/azure-functions-host/issues/11828
  // A stand without any record so far is still being deployed.
  {
    name: 'silence'
    description: 'The function that runs every minute has logged nothing for half an hour: the application does not start, its timers have stopped, or its log has reached the daily cap. Its health page (API_URL/health) says whether it runs. If the log is full, the other alerts on it cannot fire.'
    query: '''
      AppRequests
      | where OperationName == 'every-minute'
      | summarize Last = max(TimeGenerated)
      | where Last < ago(30m)
      | summarize Failures = count()
    '''
  }
]
var functionNames = join(map(orderFunctions, name => '\'${name}\''), ', ')
// All counts in one result, with one row for each. Azure allows no union in an alert rule, so the single row of each query is joined to those before
// it.
// https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-log-query#log-query-constraints
var logCounts = map(logAlerts, (alert, n) => '${trim(alert.query)}\n| project All = 1, Failures${n} = Failures')
var logJoined = join(map(skip(logCounts, 1), count => '| join kind=inner (\n${count}\n) on All'), '\n')
var logRows = join(
  map(logAlerts, (alert, n) => 'bag_pack(\'Alert\', \'${alert.name}\', \'Failures\', Failures${n})'),
  ', '
)
var logQuery = join(
  [
    logCounts[0]
    logJoined
    '| extend Found = pack_array(${logRows})'
    '| mv-expand Found'
    '| project Alert = tostring(Found.Alert), Failures = tolong(Found.Failures)'
  ],
  '\n'
)

// One rule runs all queries, and each row is an alert of its own that fires and resolves independently. Five rules would cost nearly four times as
// much.
resource onLog 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'something-is-wrong'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'something-is-wrong'
    description: 'The dimension Alert says what is wrong. ${join(map(logAlerts, alert => '${alert.name}: ${alert.description}'), ' ')}'
    severity: 1
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: frequency
    // The longest window of the queries.
    windowSize: 'P1D'
    autoMitigate: true
    // The tables may not exist yet in a new workspace.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: replace(logQuery, 'FUNCTIONS', functionNames)
          metricMeasureColumn: 'Failures'
          dimensions: [{ name: 'Alert', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Total'
          failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 1 }
        }
      ]
    }
    actions: { actionGroups: [told.id] }
  }
}
