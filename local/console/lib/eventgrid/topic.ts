/** An event in either schema. */
export type GridEvent = Record<string, unknown>;

/** A topic as `GET /eventgrid` answers. Times in ms since the epoch. */
export interface Topic {
  name: string;
  endpoint: string;
  inputSchema?: string;
  /** Whether its events come from a resource, and cannot be published by anybody. */
  isSystem: boolean;
  meters: Record<string, number>;
  subscriptions: Subscription[];
  deliveries: {
    id: string;
    eventId: string;
    subscription: string;
    due: number;
    attempts: number;
    lastOutcome?: string;
    lastStatus?: number;
  }[];
  deadLetters: DeadLetter[];
}

/** An event that a subscription was given up for. */
export interface DeadLetter {
  id: string;
  subscription: string;
  event: GridEvent;
  deadLetterReason: string;
  deliveryAttempts: number;
  lastDeliveryOutcome: string;
  lastHttpStatusCode?: number;
  /** ISO 8601. */
  publishTime: string;
  lastDeliveryAttemptTime?: string;
  blob?: { until?: number; name?: string; failed?: string };
}

export interface Subscription {
  name: string;
  to: string;
  filter?: unknown;
  /** How it delivers where that is not as usual, in words. */
  delivery: string[];
  /** How far the handshake with a webhook has come. */
  validation: { state: string; address?: string; until?: number; why?: string };
}

/** Whether a subscription takes an event, and what of its filter does not hold. */
export interface Match {
  name: string;
  takes: boolean;
  whyNot: string[];
}
