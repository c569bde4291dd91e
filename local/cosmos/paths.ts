import { badRequest } from "./errors.ts";

/** One name of a path: letters, digits and `_`, or any text in quotes. */
const label = String.raw`(?:[\p{L}\p{N}_]+|"(?:[^"\\]|\\.)+")`;
const propertyPath = new RegExp(`^(?:/${label})+$`, "u");
const indexPath = new RegExp(String.raw`^(?:/(?:${label}|\[\]))*/[?*]$`, "u");
const compositePath = new RegExp(String.raw`^(?:/(?:${label}|\[\]))+(?:/\?)?$`, "u");

/** A path of a partition key or a unique key, such as `/a/b` or `/"a b"`. @throws a 400 in the service's words. */
export function checkPropertyPath(path: unknown, what: string): void {
  if (typeof path === "string" && propertyPath.test(path)) return;
  throw badRequest(
    `The ${what} definition path '${shown(path)}' could not be accepted, failed near position '${failure(path)}'. Partition key paths must contain only valid characters and not contain a trailing slash or wildcard character. (Valid are letters, digits and _; any other name stands in quotes, as in /"a b".)`,
  );
}

/** An included or excluded path: `/a/?` is that value, `/a/*` all below, `/` and `/*` everything. @throws a 400. */
export function checkIndexPath(path: unknown): void {
  if (path !== "/" && !(typeof path === "string" && indexPath.test(path))) throw unacceptable(path);
}

/** A path of a composite index, with or without `/?` at its end. @throws a 400. */
export function checkCompositePath(path: unknown): void {
  if (!(typeof path === "string" && compositePath.test(path))) throw unacceptable(path);
}

const unacceptable = (path: unknown) =>
  badRequest(
    `The indexing path '${shown(path)}' could not be accepted, failed near position '${failure(path)}'. Please ensure that the path is a valid path. Common errors include invalid characters or absence of quotes around labels. (A path looks like /*, /a/?, /a/* or /"a b"/?.)`,
  );

const shown = (path: unknown): string => (typeof path === "string" ? path : JSON.stringify(path));

/** Where the longest part that reads as a path ends. */
function failure(path: unknown): number {
  if (typeof path !== "string") return 0;
  return new RegExp(`^(?:/${label})*/?`, "u").exec(path)?.[0].length ?? 0;
}
