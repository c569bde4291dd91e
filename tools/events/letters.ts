/** A dead-lettered event, with Event Grid's information about it. */
export interface Letter {
  /** Its location, for people and the command line. */
  id: string;
  subscription: string;
  event: Record<string, unknown>;
  reason: string;
  attempts: number;
  /** The outcome of the last attempt, in Event Grid's words. */
  outcome: string;
  status?: number;
  /** ISO 8601: the time of publication. */
  publishedAt?: string;
  lastAttemptAt?: string;
}

export interface DeadLetters {
  /** All of them, oldest first. */
  list(): Promise<Letter[]>;
  /** Removes these; one that is gone already is no error. */
  remove(letters: readonly Letter[]): Promise<void>;
}

/** The properties that Event Grid adds to a dead letter; events have no properties of these names. */
const added = {
  reason: ["deadletterreason", "deadLetterReason"],
  attempts: ["deliveryattempts", "deliveryAttempts"],
  outcome: ["lastdeliveryoutcome", "lastDeliveryOutcome", "deliveryresult"],
  status: ["lasthttpstatuscode", "lastHttpStatusCode"],
  publishedAt: ["publishtime", "publishTime", "publishutc"],
  lastAttemptAt: ["lastdeliveryattempttime", "lastDeliveryAttemptTime", "deliveryattemptutc"],
} as const;

/** Splits a dead letter into the published event and the added properties. Pure. */
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

/** Compares two by age: the oldest first, and those of unknown age before all. */
export const byAge = (a: Letter, b: Letter) =>
  (a.publishedAt ?? "").localeCompare(b.publishedAt ?? "") || a.id.localeCompare(b.id);
