/** What has happened since the start, as the bill counts it. */
export interface Meters {
  /** Connections now, recoverable ones too. */
  connections: number;
  mostConnections: number;
  /** Messages to clients, in begun units of 2 KB; only these are billed. */
  messagesOut: number;
  /** REST calls. */
  requests: number;
}

/** Those of a service to which nobody has connected yet. */
export const newMeters = (): Meters => ({ connections: 0, mostConnections: 0, messagesOut: 0, requests: 0 });
