/**
 * List prices in US dollars, pay as you go, East US, as collected on 23 November 2026 from price lists and pages of 2025 and 2026 that agree with
 * each other. Other regions are up to 40 % dearer. Look yours up before you rely on any of it.
 */
export const pricesOf = "23 November 2026";

export const prices = {
  functions: {
    /** Flex Consumption: a million executions, a GB-second on demand, and one of a warm instance that runs or waits. */
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
    /** One unit of Standard: 1,000 connections and a million messages a day; what is more, by the million. */
    unitDay: 1.61,
    messagesOfUnit: 1_000_000,
    connectionsOfUnit: 1000,
    millionMoreMessages: 1,
    /** Free: so many messages a day and connections, and not one more. */
    freeMessagesADay: 20_000,
    freeConnections: 20,
  },
  storage: { tenThousandQueueOperations: 0.004, tenThousandTableOperations: 0.00036 },
  logs: { gb: 2.3, freeGb: 5 },
  /** A month of a rule that queries the log every 15 minutes, or every 5, and of each row of its answer after the first; and of each series of a metric that is watched. */
  alerts: { every15Minutes: { rule: 0.5, row: 0.05 }, every5Minutes: { rule: 1.5, row: 0.15 }, series: 0.1 },
} as const;

/** Days of a month, on average. */
export const daysOfMonth = 30.4;
