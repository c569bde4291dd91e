import { Refusal } from "../kernel/refusal.ts";

/** Parses the body of a call as a JSON object. @throws Refusal 400 */
export function parseBody(body: Buffer): Record<string, unknown> {
  try {
    return record(JSON.parse(body.toString()), "The body");
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw invalid(`The body is not JSON: ${(error as Error).message}`);
  }
}

/** @throws Refusal 400 if it is not an object. */
export function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} must be an object.`);
  return value as Record<string, unknown>;
}

/** Refuses unknown members: other versions of the API have more. @throws Refusal 400 */
export function known(what: string, value: Record<string, unknown>, members: string[], version: string): void {
  const other = Object.keys(value).find((name) => !members.includes(name));
  if (other === undefined) return;
  throw invalid(`${what} has no member '${other}' in the version ${version}; it has ${members.join(", ")}.`);
}

/** An optional string. @throws Refusal 400 */
export function text(value: Record<string, unknown>, name: string): string | undefined {
  const given = value[name] ?? undefined;
  if (given === undefined || typeof given === "string") return given;
  throw invalid(`${name} must be a string.`);
}

/** A 400 for an invalid call. */
export const invalid = (message: string) => new Refusal(400, "BadRequest", message);
