import { UsageError } from "../say-usage.ts";

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const momentForms = "2026-06-15, 2026-06-15T10:05Z or 90m (ago; s, m, h, d)";

/** Parses a moment as people write it, to ms since the epoch. Times without a zone are UTC. @param now ms since the epoch @throws UsageError */
export function moment(option: string, text: string, now: number): number {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  // No stand is older than the epoch, and not every number is a valid date.
  if (count !== undefined) return Math.max(0, now - Number(count) * (units[unit] ?? 0));
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(text) ?? [];
  const value = day === undefined || !isDay(day) ? Number.NaN : Date.parse(`${day}T${time ?? "00:00"}${zone ?? "Z"}`);
  if (Number.isNaN(value)) throw new UsageError(`${option} must be a moment such as ${momentForms}; it is "${text}".`);
  // Moments are compared as text: a time zone must not shift the year beyond four digits.
  return Math.min(Math.max(value, firstMoment), lastMoment);
}

const [firstMoment, lastMoment] = [Date.parse("0000-01-01T00:00:00.000Z"), Date.parse("9999-12-31T23:59:59.999Z")];

/** 30 February would be parsed as 2 March. */
const isDay = (day: string) => Number.isFinite(Date.parse(day)) && new Date(day).toISOString().startsWith(day);

export interface Period {
  /** ISO 8601, inclusive. */
  since?: string;
  /** ISO 8601, exclusive. */
  until?: string;
}

export const periodOptions = { since: { type: "string" }, until: { type: "string" } } as const;
export const periodUsage = `  --since MOMENT     from then on: ${momentForms}
  --until MOMENT     and before then`;

/** The period of `--since` and `--until`. @throws UsageError */
export function periodOf(values: { since?: string | undefined; until?: string | undefined }, now: number): Period {
  const since = values.since === undefined ? undefined : moment("--since", values.since, now);
  const until = values.until === undefined ? undefined : moment("--until", values.until, now);
  if (since !== undefined && until !== undefined && since >= until) {
    throw new UsageError(`--since ${values.since} is not before --until ${values.until}.`);
  }
  return { ...(since !== undefined && { since: iso(since) }), ...(until !== undefined && { until: iso(until) }) };
}

const iso = (at: number) => new Date(at).toISOString();
