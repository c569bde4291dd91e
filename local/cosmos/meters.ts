/** Usage since the start, as the bill of a serverless account counts it. */
export interface Meters {
  /** Answered requests, including refusals. */
  requests: number;
  /** The total request charge in request units, estimated (see `charge.ts`). Reading the change feed for triggers is not included. */
  requestUnits: number;
}

/** The meters of a service that has answered nothing yet. */
export const newMeters = (): Meters => ({ requests: 0, requestUnits: 0 });
