/** The differences between two values, each path with both: `a.b: 1 / 2`. */
export function differences(one: unknown, other: unknown, at = ""): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (!isObject(one) || !isObject(other)) return [`${at || "all"}: ${JSON.stringify(one)} / ${JSON.stringify(other)}`];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differences(one[name], other[name], at === "" ? name : `${at}.${name}`));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
