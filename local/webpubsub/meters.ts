/** Usage since the start, as the bill counts it. */
export interface Meters {
  /** Current connections, including recoverable ones. */
  connections: number;
  mostConnections: number;
  /** Messages to clients in units of 2 KB, rounded up; only these are billed. */
  messagesOut: number;
  /** REST calls. */
  requests: number;
}

/** The meters of a service to which nobody has connected yet. */
export const newMeters = (): Meters => ({ connections: 0, mostConnections: 0, messagesOut: 0, requests: 0 });
