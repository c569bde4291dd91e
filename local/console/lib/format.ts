const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hour12: false,
});
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** A time of day to the millisecond, in the reader's zone. */
export const timeOf = (at: number): string => clock.format(at);

/** A day such as 30 Nov 2026, in the reader's zone; `at` in ms since the epoch. */
export const dayOf = (at: number): string => day.format(at);

/** A day and a time. */
export const momentOf = (at: number): string => `${dayOf(at)} ${clock.format(at).slice(0, 8)}`;

/** A duration in ms, short. */
export function durationOf(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** How many there are of something, in words. */
export const countOf = (count: number, one: string, more = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

/** Characters of a name that a list has. */
const longest = 160;

/** A name, cut where it is so long that it would fill a page. */
export const cutOf = (name: string): string =>
  name.length > longest ? `${[...name.slice(0, 2 * longest)].slice(0, longest).join("")}…` : name;

/** A name with its long ids cut; the whole one stands where it is looked at. */
export const shortOf = (name: string): string =>
  cutOf(name.replace(/\b([0-9a-f]{8})(?:[0-9a-f]{24}|-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/gi, "$1…"));

/** Marks that turn the direction of what comes after them. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** JSON with marks of direction as escapes, by which a value would put all that stands beside it in another order. */
export const jsonOf = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? "").replace(
    turning,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A value as text: JSON indented, also where it is held as text, and other text as it is. */
export function textOf(value: unknown): string {
  if (typeof value !== "string") return jsonOf(value, 2);
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return jsonOf(JSON.parse(value), 2);
  } catch {
    return value;
  }
}
