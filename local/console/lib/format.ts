const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hour12: false,
});
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** A time of day with milliseconds, in the reader's time zone. */
export const timeOf = (at: number): string => clock.format(at);

/** A day such as 30 Nov 2026, in the reader's time zone; `at` in ms since the epoch. */
export const dayOf = (at: number): string => day.format(at);

/** A day and a time. */
export const momentOf = (at: number): string => `${dayOf(at)} ${clock.format(at).slice(0, 8)}`;

/** A duration in ms, in short form. */
export function durationOf(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** A count with its noun. */
export const countOf = (count: number, one: string, more = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

/** The maximum length of a name in a list. */
const longest = 160;

/** A name, truncated if it would fill a page. */
export const cutOf = (name: string): string =>
  name.length > longest ? `${[...name.slice(0, 2 * longest)].slice(0, longest).join("")}…` : name;

/** A name with its long ids shortened; the detail view shows the whole name. */
export const shortOf = (name: string): string =>
  cutOf(name.replace(/\b([0-9a-f]{8})(?:[0-9a-f]{24}|-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/gi, "$1…"));

/** Control characters that change the text direction. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** JSON with direction control characters escaped, because a value with them would reorder the text around it. */
export const jsonOf = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? "").replace(
    turning,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A value as text: JSON is indented, even if it is in a string; other text is unchanged. */
export function textOf(value: unknown): string {
  if (typeof value !== "string") return jsonOf(value, 2);
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return jsonOf(JSON.parse(value), 2);
  } catch {
    return value;
  }
}
