/** Billable operations, counted by the local Azure's meters. */
export interface Counts {
  /** Executions of functions, including turns of orchestrators. */
  executions: number;
  /**
   * Seconds that instances are busy, if nothing else happens at the time: each execution takes at least one second, in each group of functions that
   * scales together. `http` and `durable` are the groups that can be kept warm; each other function is its own group.
   */
  busy: { http: number; durable: number; others: Record<string, number> };
  /** Batches delivered to change feed triggers. */
  feedBatches: number;
  /** Requests to Cosmos DB, including failures and query plans. */
  cosmosRequests: number;
  requestUnits: number;
  /** Request units for deleting the written documents at the end of their time to live: serverless accounts pay for that as for any deletion. */
  expiryUnits: number;
  /** The stored GB, times the days until they are deleted. */
  gbDays: number;
  /** Event Grid: published events, deliveries, and matches of advanced filters. */
  gridOperations: number;
  /** Web PubSub: calls of the service, which are free. */
  pushCalls: number;
  /** Web PubSub: messages to clients; each counts fully, however small. */
  pushMessages: number;
  /** Durable Functions in Azure Storage: derived from the history, see `storage.ts`. */
  queueOperations: number;
  tableOperations: number;
}

export interface Measured {
  order: Counts;
  /** A sign-in, with its one-time code. */
  signIn: Counts;
  /** A scan that is refused before it starts an order, with no other in the same five minutes. */
  refusedScan: Counts;
  /** An hour with the display on and no customers. */
  idleHour: Counts;
  /** Web PubSub: messages to one more phone while another customer's order is made. */
  pushMessagesOfOthers: number;
  /** The same for one more barista's screen. */
  pushMessagesOfStaff: number;
  /** Change feed triggers, each with a lease of its own. */
  feedTriggers: number;
  /** Empty polls an hour of all change feed triggers together, while they are running. */
  feedPollsAnHour: number;
  /** Request units of a page of fifty past orders. */
  historyPage: number;
  /** The number of orders that the figures are averaged over. */
  orders: number;
}
