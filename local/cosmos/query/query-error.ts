import { CosmosError } from "../errors.ts";

/** One error of a query; places are character positions in its text. */
export interface Problem {
  /** Absent if only the service's message is known. */
  code?: string | number;
  message: string;
  place?: { start: number; end: number };
}

/** A rejected query: 400 with the service's error list, which gives the place in the text as character positions. */
export function queryError(code: string | number, message: string, start: number, end: number): CosmosError {
  return queryErrors([{ code, message, place: { start, end } }]);
}

/** A query rejected with all of its errors. */
export function queryErrors(problems: Problem[]): CosmosError {
  const errors = problems.map(({ code, message, place }) => ({
    severity: "Error",
    ...(place && { location: { start: place.start, end: place.end } }),
    code,
    message,
  }));
  return new CosmosError(400, `Message: ${JSON.stringify({ errors })}`);
}

/** A feature that Azure has and this server does not: rejected with its name and its place. */
export const notEmulated = (what: string, place: { start: number; end: number }): Problem => ({
  code: "SC2990",
  message: `${what} is not emulated here; the service supports it.`,
  place: { start: place.start, end: place.end },
});
