import type { Core } from "./core.ts";
import { exchange } from "./durable-http-exchange.ts";
import { type HttpRequest, outgoing } from "./durable-http-request.ts";
import { headersOf, textOf } from "./durable-http-response.ts";

/**
 * Sends the request of a `callHttp` (JSON text) as the host does. The result is the JSON text of status, headers and content, or the text of a
 * network error.
 */
export async function runHttp(core: Core, input: string): Promise<{ ok: boolean; text: string }> {
  const request = JSON.parse(input) as HttpRequest;
  try {
    const { headers, ...asked } = outgoing(request);
    const token = request.tokenSource === undefined ? [] : [["Authorization", placeholder(core, request.uri)] as const];
    const received = await exchange({ ...asked, headers: new Map([...headers, ...token]) });
    const { status } = received;
    return {
      ok: true,
      text: JSON.stringify({ statusCode: status, headers: headersOf(received), content: textOf(received) }),
    };
  } catch (error) {
    return { ok: false, text: wordsOf(error as Error) };
  }
}

function placeholder(core: Core, uri: string): string {
  core.parts.log.warn(
    `There is no managed identity here: the request to ${uri} is sent with a placeholder for a token.`,
  );
  return "Bearer local-managed-identity";
}

/** For a name with several addresses, each address has its own error, and the combined error has no message. */
const wordsOf = (error: Error): string =>
  error instanceof AggregateError ? String((error.errors[0] as Error | undefined)?.message) : error.message;
