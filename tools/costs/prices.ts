/**
 * List prices in US dollars, pay as you go, East US, as collected on 23 November 2026 from price lists and pages of 2025 and 2026 that agree with
 * each other. Other regions are up to 40 % dearer. Look yours up before you rely on any of it.
 */
export const pricesOf = "23 November 2026";

export const prices = {
  functions: {
    /** Flex Consumption: a million executions, a GB-second on demand, and one of a warm instance that is running or idle. */
    millionExecutions: 0.4,
    gbSecond: 0.000026,
    gbSecondWarmRunning: 0.000016,
    gbSecondWarmIdle: 0.000004,
    /** Free each month, on demand only. */
    freeExecutions: 250_000,
    freeGbSeconds: 100_000,
  },
  cosmos: { millionRequestUnits: 0.25, gbMonth: 0.25 },
  eventGrid: { millionOperations: 0.6, freeOperations: 100_000 },
  webPubSub: {
    /** One unit of Standard: 1,000 connections and a million messages a day; further messages are billed by the million. */
    unitDay: 1.61,
    messagesOfUnit: 1_000_000,
    connectionsOfUnit: 1000,
    millionMoreMessages: 1,
    /** The free tier: a hard limit of messages a day and of connections. */
    freeMessagesADay: 20_000,
    freeConnections: 20,
  },
  storage: { tenThousandQueueOperations: 0.004, tenThousandTableOperations: 0.00036 },
  logs: { gb: 2.3, freeGb: 5 },
  /**
   * Monthly price of a log query rule that runs every 15 or every 5 minutes, and of each further row of its result; and of each watched series of a
   * metric.
   */
  alerts: { every15Minutes: { rule: 0.5, row: 0.05 }, every5Minutes: { rule: 1.5, row: 0.15 }, series: 0.1 },
} as const;

/** Average days of a month. */
export const daysOfMonth = 30.4;
