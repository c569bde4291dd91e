import type { Core } from "./core.ts";

/** Headers that belong to the content and that the host therefore leaves out of the answer's headers. */
const contentHeaders = new Set([
  ...["allow", "content-disposition", "content-encoding", "content-language", "content-length", "content-location"],
  ...["content-md5", "content-range", "content-type", "expires", "last-modified"],
]);

interface HttpRequest {
  method: string;
  uri: string;
  content?: string | null;
  headers?: Record<string, string>;
  tokenSource?: { resource?: string };
}

/**
 * Makes the request of a `callHttp` (JSON text) as the host does; the answer is the JSON text of status, headers and content, or the text
 * of a network error.
 */
export async function runHttp(core: Core, input: string): Promise<{ ok: boolean; text: string }> {
  const request = JSON.parse(input) as HttpRequest;
  const headers = new Headers(request.headers ?? {});
  const content = request.content ?? undefined;
  if (content !== undefined && !headers.has("content-type")) headers.set("content-type", "text/plain; charset=utf-8");
  if (request.tokenSource !== undefined) {
    core.parts.log.warn(
      `There is no managed identity here: the request to ${request.uri} goes out with a token that only looks like one.`,
    );
    headers.set("authorization", "Bearer local-managed-identity");
  }
  try {
    const response = await fetch(request.uri, {
      method: request.method,
      headers,
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    const kept = [...response.headers]
      .filter(([name]) => !contentHeaders.has(name))
      .map(([name, value]) => [pascal(name), value]);
    return {
      ok: true,
      text: JSON.stringify({ statusCode: response.status, headers: Object.fromEntries(kept), content: text }),
    };
  } catch (error) {
    const cause = (error as Error).cause;
    return {
      ok: false,
      text: cause instanceof Error && cause.message !== "" ? cause.message : String((error as Error).message),
    };
  }
}

/** `retry-after` as `Retry-After`, the way the host gives names. */
const pascal = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
