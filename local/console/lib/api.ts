import { writtenOf } from "../../kernel/written.ts";

/** A refusal of the control API, in its words. */
export class ApiError extends Error {
  readonly status: number;
  /** What else it says. */
  readonly body: Readonly<Record<string, unknown>>;
  constructor(status: number, message: string, body: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Asks the control API. @throws ApiError for a refusal, and when nothing answers */
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
  const { message = `It was answered ${response.status}.`, ...more } = objectIn(text);
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
/** Has the control API do something; without a body none is sent. @throws ApiError as `ask` does */
export const post = <T>(path: string, body?: unknown): Promise<T> => ask<T>("POST", path, body);

/** An id, whatever it holds, as a part of a path. */
export const partOf = (id: string): string => encodeURIComponent(writtenOf(id));

/** A path with values in its query; what is undefined or empty is left out, what is a list is there several times. */
export function pathOf(path: string, query: Record<string, string | number | readonly string[] | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== "") search.append(name, writtenOf(String(one)));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}
