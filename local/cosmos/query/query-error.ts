import { CosmosError } from "../errors.ts";

/** One thing that is wrong with a query; places are character positions in its text. */
export interface Problem {
  /** Absent where only the words are known that the service has for it. */
  code?: string | number;
  message: string;
  place?: { start: number; end: number };
}

/** A refused query: 400 with the service's error list, which names the place in the text by character positions. */
export function queryError(code: string | number, message: string, start: number, end: number): CosmosError {
  return queryErrors([{ code, message, place: { start, end } }]);
}

/** A query refused for all that is wrong with it. */
export function queryErrors(problems: Problem[]): CosmosError {
  const errors = problems.map(({ code, message, place }) => ({
    severity: "Error",
    ...(place && { location: { start: place.start, end: place.end } }),
    code,
    message,
  }));
  return new CosmosError(400, `Message: ${JSON.stringify({ errors })}`);
}

/** What Azure has and this server does not: refused with its name and its place. */
export const notEmulated = (what: string, place: { start: number; end: number }): Problem => ({
  code: "SC2990",
  message: `${what} is not emulated here; the service supports it.`,
  place: { start: place.start, end: place.end },
});
