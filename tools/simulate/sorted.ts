/** The same value with sorted property names, so that equal values give the same text. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}

/** A value as text, which is the same for equal values, whatever the order of their properties. */
export const textOf = (value: unknown): string => JSON.stringify(sorted(value));
