/** An event in either schema. */
export type GridEvent = Record<string, unknown>;

/** A topic as `GET /eventgrid` answers. Times in ms since the epoch. */
export interface Topic {
  name: string;
  endpoint: string;
  inputSchema?: string;
  meters: Record<string, number>;
  subscriptions: { name: string; to: string; filter?: unknown }[];
  deliveries: {
    id: string;
    eventId: string;
    subscription: string;
    due: number;
    attempts: number;
    lastOutcome?: string;
    lastStatus?: number;
  }[];
  deadLetters: {
    id: string;
    subscription: string;
    event: GridEvent;
    deadLetterReason: string;
    deliveryAttempts: number;
    lastDeliveryOutcome: string;
  }[];
}

/** Whether a subscription takes an event, and what of its filter does not hold. */
export interface Match {
  name: string;
  takes: boolean;
  whyNot: string[];
}
