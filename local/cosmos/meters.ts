/** What has happened since the start, as the bill of a serverless account counts it. */
export interface Meters {
  /** Requests answered, refusals included. */
  requests: number;
  /** Request units of all of them together; estimates, see `charge.ts`. Reading the change feed for triggers is not among them. */
  requestUnits: number;
}

/** Those of a service that has answered nothing yet. */
export const newMeters = (): Meters => ({ requests: 0, requestUnits: 0 });
