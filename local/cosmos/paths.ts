import { badRequest } from "./errors.ts";

/** One name of a path: letters, digits and `_`, or any text in quotes. */
const label = String.raw`(?:[\p{L}\p{N}_]+|"(?:[^"\\]|\\.)+")`;
/** In the path of a key, the quotes may be single ones, too. */
const keyLabel = String.raw`(?:${label}|'(?:[^'\\]|\\.)+')`;
const propertyPath = new RegExp(`^(?:/${keyLabel})+$`, "u");
const indexPath = new RegExp(String.raw`^(?:/(?:${label}|\[\]))*/[?*]$`, "u");
/** Besides names, a tuple path may contain one element of an array, `[1]`. */
const step = String.raw`(?:${label}|\[\d+\])`;
const tuple = `${step}(?:/${step})*`;
const tuplePath = new RegExp(String.raw`^(?:/${step})+/\[\]/\{ *${tuple}(?: *, *${tuple})+ *\}/\?$`, "u");
const compositePath = new RegExp(String.raw`^(?:/(?:${label}|\[\]))+(?:/\?)?$`, "u");

/** A path of a partition key or a unique key, such as `/a/b`, `/"a b"` or `/'a b'`. @throws a 400 in the service's words. */
export function checkPropertyPath(path: unknown, what: string): void {
  if (typeof path === "string" && propertyPath.test(path)) return;
  throw badRequest(
    `The ${what} definition path '${shown(path)}' could not be accepted, failed near position '${failure(path, keyLabel)}'. Partition key paths must contain only valid characters and not contain a trailing slash or wildcard character. (Letters, digits and _ are valid; put any other name in quotes, as in /"a b".)`,
  );
}

/** An included or excluded path: `/a/?` is that value, `/a/*` everything below, `/` and `/*` everything. @throws a 400. */
export function checkIndexPath(path: unknown): void {
  if (path !== "/" && !(typeof path === "string" && indexPath.test(path))) throw unacceptable(path);
}

/** The same, or a tuple path, which is only allowed among the included paths. @throws a 400. */
export function checkIncludedPath(path: unknown): void {
  if (typeof path !== "string" || !isTuplePath(path)) checkIndexPath(path);
}

/**
 * Whether a path belongs to a tuple index, on several values of each element of one array: `/events/[]/{name, place/city}/?`.
 * After https://learn.microsoft.com/azure/cosmos-db/index-policy#tuple-indexes
 */
export const isTuplePath = (path: string): boolean => tuplePath.test(path);

/** A path of a composite index, with or without a trailing `/?`. @throws a 400. */
export function checkCompositePath(path: unknown): void {
  if (!(typeof path === "string" && compositePath.test(path))) throw unacceptable(path);
}

const unacceptable = (path: unknown) =>
  badRequest(
    `The indexing path '${shown(path)}' could not be accepted, failed near position '${failure(path, String.raw`(?:${label}|\[\])`)}'. Please ensure that the path is a valid path. Common errors include invalid characters or absence of quotes around labels. (${shown(path).includes("{") ? tupleHint : 'A path looks like /*, /a/?, /a/* or /"a b"/?.'})`,
  );

const tupleHint =
  "A tuple path looks like /events/[]/{name, place/city}/? and belongs in includedPaths. It names two or more values in the elements of one array, each without a leading slash and without ? or []. The [] of the array occurs once, right before the braces.";

const shown = (path: unknown): string => (typeof path === "string" ? path : JSON.stringify(path));

/** Where the longest valid prefix of a path ends. */
function failure(path: unknown, part: string): number {
  if (typeof path !== "string") return 0;
  return new RegExp(`^(?:/${part})*/?`, "u").exec(path)?.[0].length ?? 0;
}
