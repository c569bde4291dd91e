import type { Core } from "./core.ts";
import { contentHeaders, type HttpRequest, outgoing } from "./http-request.ts";

/**
 * Makes the request of a `callHttp` (JSON text) as the host does; the answer is the JSON text of status, headers and content, or the text
 * of a network error.
 */
export async function runHttp(core: Core, input: string): Promise<{ ok: boolean; text: string }> {
  const request = JSON.parse(input) as HttpRequest;
  try {
    const { method, url, headers, body } = outgoing(request);
    const token = request.tokenSource === undefined ? {} : { authorization: placeholder(core, request.uri) };
    const response = await fetch(url, {
      method,
      headers: { ...Object.fromEntries(headers), ...token },
      ...(body === undefined ? {} : { body }),
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

function placeholder(core: Core, uri: string): string {
  core.parts.log.warn(
    `There is no managed identity here: the request to ${uri} goes out with a token that only looks like one.`,
  );
  return "Bearer local-managed-identity";
}

/** `retry-after` as `Retry-After`, the way the host gives names. */
const pascal = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
