/** An event that a subscription was given up for, with what Event Grid says of it. */
export interface Letter {
  /** For people and the command line: where it lies. */
  id: string;
  subscription: string;
  event: Record<string, unknown>;
  reason: string;
  attempts: number;
  /** In Event Grid's words: what the last attempt was answered. */
  outcome: string;
  status?: number;
  /** ISO 8601: when it was published. */
  publishedAt?: string;
  lastAttemptAt?: string;
}

export interface DeadLetters {
  /** All of them, the oldest first. */
  list(): Promise<Letter[]>;
  /** Takes these away; what has gone meanwhile is no error. */
  remove(letters: readonly Letter[]): Promise<void>;
}

/** What Event Grid adds to an event where it keeps it as a dead letter; in the event itself there is nothing of that name. */
const added = {
  reason: ["deadletterreason", "deadLetterReason"],
  attempts: ["deliveryattempts", "deliveryAttempts"],
  outcome: ["lastdeliveryoutcome", "lastDeliveryOutcome", "deliveryresult"],
  status: ["lasthttpstatuscode", "lastHttpStatusCode"],
  publishedAt: ["publishtime", "publishTime", "publishutc"],
  lastAttemptAt: ["lastdeliveryattempttime", "lastDeliveryAttemptTime", "deliveryattemptutc"],
} as const;

/** A dead letter apart: the event as it was published, and what was added to it. Pure. */
export function letterOf(id: string, subscription: string, kept: Record<string, unknown>): Letter {
  const told = (of: keyof typeof added): unknown =>
    added[of].map((name) => kept[name]).find((value) => value !== undefined && value !== null);
  const names: readonly string[] = Object.values(added).flat();
  const event = Object.fromEntries(Object.entries(kept).filter(([name]) => !names.includes(name)));
  const [status, publishedAt, lastAttemptAt] = [told("status"), told("publishedAt"), told("lastAttemptAt")];
  return {
    id,
    subscription,
    event,
    reason: String(told("reason") ?? "unknown"),
    attempts: Number(told("attempts") ?? 0),
    outcome: String(told("outcome") ?? "unknown"),
    ...(status !== undefined && { status: Number(status) }),
    ...(publishedAt !== undefined && { publishedAt: String(publishedAt) }),
    ...(lastAttemptAt !== undefined && { lastAttemptAt: String(lastAttemptAt) }),
  };
}

/** Compares two for a list: the one that was published first comes first, one of an unknown age before all. */
export const byAge = (a: Letter, b: Letter) =>
  (a.publishedAt ?? "").localeCompare(b.publishedAt ?? "") || a.id.localeCompare(b.id);
