/** The same value with the names of its objects in the order of the alphabet: as text it is the same whoever wrote it. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}

/** A value as text that is the same for equal values, whatever the order of names in them. */
export const textOf = (value: unknown): string => JSON.stringify(sorted(value));
