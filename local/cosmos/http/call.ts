import type { IncomingMessage } from "node:http";
import { badRequest, CosmosError } from "../errors.ts";
import { readJsonBytes } from "../exact-body.ts";

/** A request as the handlers see it. */
export interface Call {
  method: string;
  /** The parts of the path, percent-decoded. */
  segments: string[];
  /** A request header by its lower-case name. */
  header(name: string): string | undefined;
  /** The names in lower case. */
  headerNames: string[];
  body: Buffer;
  /** Whether the request arrived over https. */
  secure: boolean;
}

/** A response. `body` is sent as JSON; without it the response has no body. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The REST API has no query parameters. Ids may contain a question mark, and clients send it unescaped. */
export function makeCall({ method = "GET", url = "/", headers, socket }: IncomingMessage, body: Buffer): Call {
  return {
    method,
    segments: url
      .split("/")
      .filter((part) => part !== "")
      .map(decodeSegment),
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    headerNames: Object.keys(headers),
    body,
    secure: "encrypted" in socket,
  };
}

function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`The address part '${segment}' is not percent-encoded properly.`);
  }
}

/** The body as JSON. @throws a 400 for invalid JSON, and for values that would not be kept exactly as sent */
export const jsonBody = (call: Call): unknown => readJsonBytes(call.body, "The body");

/** The maximum number of rows of a page; -1 leaves it to the service. @throws a 400 if the header is not a number. */
export function pageSize(call: Call): number {
  const text = call.header("x-ms-max-item-count");
  if (text === undefined) return 100;
  const size = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(size) || size === 0 || size < -1)
    throw badRequest(`x-ms-max-item-count is '${text}'; it must be -1 or a whole number from 1.`);
  return size === -1 ? 1000 : size;
}

/** Whether a header, given by its lower-case name, is `True` in any case. */
export const isTrue = (call: Call, header: string): boolean => call.header(header)?.toLowerCase() === "true";

/** Returns the call if its method is in the list. @throws a 405 */
export function allowed(call: Call, methods: string[]): Call {
  if (methods.includes(call.method)) return call;
  throw new CosmosError(
    405,
    `${call.method} is not allowed on /${call.segments.join("/")}; allowed are ${methods.join(", ")}.`,
  );
}
