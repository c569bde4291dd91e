import type { IncomingHttpHeaders } from "node:http";
import type { Binding, HttpRequestData } from "../protocol.ts";
import { bodyOf, contextOf, isKnownOrigin, isSigned, requestOf } from "../triggers/web-pubsub-events.ts";
import type { InputBinding } from "./kinds.ts";
import { accessesOf, checkOptions } from "./web-pubsub-options.ts";

/**
 * The input `webPubSubContext` of an HTTP function that is an event handler itself: the content of the service's request, and the response to its
 * validation or to a request that is not an event.
 * @throws Error if an option or setting is missing.
 */
export function webPubSubContext(binding: Binding, settings: Record<string, string>): InputBinding {
  checkOptions(binding, ["name", "connections", "connection"], "it");
  const accesses = accessesOf(binding, settings);
  return {
    async read(_, __, { http }) {
      if (http === undefined) throw new Error("it needs an HTTP trigger, in an application without HTTP streams.");
      return { json: JSON.stringify(read(http)) };
    },
  };

  function read(http: HttpRequestData): object {
    const headers = headersOf(http);
    if (http.method.toUpperCase() === "OPTIONS") {
      const isValid = isKnownOrigin(accesses, headers);
      const allowed: Record<string, string> = isValid ? { "WebHook-Allowed-Origin": "*" } : {};
      return contextWith({
        request: { isValid, connectionContext: null },
        ...answer(isValid ? 200 : 400, "", allowed),
        isPreflight: true,
      });
    }
    const context = contextOf(headers);
    if (context === undefined) return contextWith(refused(400, "The request is not an event of Web PubSub."));
    if (!isSigned(accesses, headers)) return contextWith(refused(401, "Signature validation failed."));
    const body = bodyOf(context, headers, Buffer.from(http.body?.bytes ?? []));
    if (typeof body === "string") return contextWith(refused(400, body));
    return contextWith({ request: requestOf(context, body), ...answer(200) });
  }
}

const headersOf = ({ nullableHeaders }: HttpRequestData): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(nullableHeaders).map(([name, { value }]) => [name.toLowerCase(), value]));

const answer = (status: number, body = "", headers: Record<string, string> = {}) => ({
  response: { status, headers, body },
});

const refused = (status: number, errorMessage: string) => ({
  ...answer(status, errorMessage),
  ...{ errorMessage, hasError: true },
});

const contextWith = (given: object) => ({ errorMessage: null, hasError: false, isPreflight: false, ...given });
