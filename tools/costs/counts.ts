/** Operations that something takes, counted by the local Azure's meters. */
export interface Counts {
  /** Executions of functions, turns of orchestrators among them. */
  executions: number;
  /**
   * Seconds that instances are busy, if nothing else happens at the time: whatever runs takes at least one second, of each group of functions that
   * scales together. `http` and `durable` are the groups that can be kept warm; each other function is a group of its own.
   */
  busy: { http: number; durable: number; others: Record<string, number> };
  /** Batches that change feed triggers were given. */
  feedBatches: number;
  /** Requests to Cosmos DB, refusals and plans of queries among them. */
  cosmosRequests: number;
  requestUnits: number;
  /** GB that what is written keeps, times the days it is kept. */
  gbDays: number;
  /** Event Grid: events in, deliveries, and matches of advanced filters. */
  gridOperations: number;
  /** Web PubSub: calls of the service, which are not paid for. */
  pushCalls: number;
  /** Web PubSub: messages to clients, each counted whole, however small. */
  pushMessages: number;
  /** Of Durable Functions in Azure Storage: derived from the history, see `storage.ts`. */
  queueOperations: number;
  tableOperations: number;
}

export interface Measured {
  order: Counts;
  /** A signing in, with its one-time code. */
  signIn: Counts;
  /** A scan that is refused before it begins an order, when no other is in the same five minutes. */
  refusedScan: Counts;
  /** An hour in which the display is on and nobody comes. */
  idleHour: Counts;
  /** Web PubSub: messages that one more phone gets while someone else's order is made. */
  pushMessagesOfOthers: number;
  /** The same of one more barista's screen. */
  pushMessagesOfStaff: number;
  /** Empty polls an hour of all change feed triggers together, while they are up. */
  feedPollsAnHour: number;
  /** Request units of a page of fifty past orders. */
  historyPage: number;
  /** Orders that the figures are the average of. */
  orders: number;
}
