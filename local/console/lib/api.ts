import { writtenOf } from "../../kernel/written.ts";

/** A refusal of the control API, in its words. */
export class ApiError extends Error {
  readonly status: number;
  /** The other members of the response. */
  readonly body: Readonly<Record<string, unknown>>;
  constructor(status: number, message: string, body: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Calls the control API. @throws ApiError for a refusal, and if there is no response */
export async function ask<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch {
    throw new ApiError(0, "The local Azure does not answer. It may have been stopped.");
  }
  const text = await response.text();
  if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as T;
  const { message = `The response status was ${response.status}.`, ...more } = objectIn(text);
  throw new ApiError(response.status, String(message), more);
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Reads from the control API. @throws ApiError as `ask` does */
export const get = <T>(path: string): Promise<T> => ask<T>("GET", path);
/** Posts to the control API; without a body none is sent. @throws ApiError as `ask` does */
export const post = <T>(path: string, body?: unknown): Promise<T> => ask<T>("POST", path, body);

/** Encodes any id as a path segment. */
export const partOf = (id: string): string => encodeURIComponent(writtenOf(id));

/** A path with a query; undefined or empty values are omitted, lists are repeated. */
export function pathOf(path: string, query: Record<string, string | number | readonly string[] | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== "") search.append(name, writtenOf(String(one)));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}
