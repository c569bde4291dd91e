/** An event in either schema. */
export type GridEvent = Record<string, unknown>;

/** A topic as `GET /eventgrid` answers. Times in ms since the epoch. */
export interface Topic {
  name: string;
  endpoint: string;
  inputSchema?: string;
  /** Whether it is a system topic, to which nobody can publish. */
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

/** An event that could not be delivered to a subscription. */
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
  /** Non-default delivery settings, in words. */
  delivery: string[];
  /** The state of the handshake with a webhook. */
  validation: { state: string; address?: string; until?: number; why?: string };
}

/** Whether a subscription matches an event, and the conditions that fail. */
export interface Match {
  name: string;
  takes: boolean;
  whyNot: string[];
}
