/** The number of lists and objects inside each other that Json.NET reads, which the extensions of the real host use. */
const mostLevels = 64;

/** Its words for a value that is nested more deeply; the real ones have the path to the place, too. */
export const tooDeeplyNested = `The reader's MaxDepth of ${mostLevels} has been exceeded.`;

/** Whether Json.NET refuses the value for its depth. `around` is the number of lists and objects that it is in. */
export function isTooDeep(value: unknown, around = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (around >= mostLevels) return true;
  const members = Array.isArray(value) ? value : Object.values(value);
  return members.some((each) => isTooDeep(each, around + 1));
}

/**
 * A JSON value as Json.NET reads it into an untyped member. There, the members `$type`, `$id`, `$ref` and `$values` at the beginning of the outermost
 * object are its own: the first two are left out, a reference leads to nothing, and a list of values is in place of its object.
 */
export function asJsonNetReads(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  while (members[0] !== undefined) {
    const [name, member] = members[0];
    if (name === "$ref" && typeof member === "string" && members.length === 1) return null;
    if (name === "$values" && Array.isArray(member)) return member;
    if (name !== "$type" && name !== "$id") break;
    members.shift();
  }
  return members.length === Object.keys(value).length ? value : Object.fromEntries(members);
}
