/** A time in UTC as .NET may write it: with up to seven digits of a fraction, or none. */
const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/;

/**
 * Restores the times in a value that the host has parsed and written again: `2026-11-30T20:45:00Z`, which was `2026-11-30T20:45:00.000Z`. Ours always
 * have three digits of a fraction, and are compared and made into ids as texts.
 */
export function withMomentsAgain(value: unknown): unknown {
  if (typeof value === "string") return momentAgain(value);
  if (Array.isArray(value)) return value.map(withMomentsAgain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withMomentsAgain(each)]));
}

function momentAgain(text: string): string {
  // Most texts are no times: their length says so at once.
  if (text.length < 20 || text.length > 28 || !written.test(text)) return text;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}
