import { badRequest } from "./errors.ts";
import type { Json } from "./query/values.ts";

type Members = { [name: string]: Json };

/** Refuses members that nobody looks at: passing over them would promise what is not there. @throws a 400 that names them. */
export function refuseUnknown(given: Members, known: readonly string[], where: string): void {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw badRequest(`${where} has ${unknown.map((name) => `"${name}"`).join(", ")}, which is not known here.`);
  }
}

/** Refuses features that the service has and this does not, unless they are switched off. @throws a 400 that names the feature. */
export function requireOff(given: Members, names: readonly string[], where: string): void {
  for (const name of names) {
    if (!isOff(given[name])) throw badRequest(`${where} has "${name}", which is not emulated here.`);
  }
}

/** Absent, null, 0, an empty list, or an object of such: what clients send for a feature that is not used. */
function isOff(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(isOff);
}
