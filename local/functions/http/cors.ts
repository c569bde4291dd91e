import type { IncomingMessage, ServerResponse } from "node:http";
import { sendEmpty, sendJson } from "../../kernel/http-server.ts";

/**
 * The platform's CORS, before everything else: origins must match exactly (or `*` is listed), a preflight never reaches the application, and
 * credentials are not allowed. Does nothing if no origin is listed, as on Azure.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    for (const origin of origins) {
      if (origin !== "*" && !isOrigin(origin)) {
        throw new Error(
          `"${origin}" is not an origin for CORS; write it like https://example.com, without a path or slash.`,
        );
      }
    }
    this.#origins = new Set(origins);
  }

  get active(): boolean {
    return this.#origins.size > 0;
  }

  /** Sets the headers of a response. Returns true if the request was a preflight and has been responded to. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    if (!this.active) return false;
    const any = this.#origins.has("*");
    if (!any) response.setHeader("vary", "Origin");
    if (origin === undefined) return false;
    const allowed = any || this.#origins.has(origin);
    if (allowed) response.setHeader("access-control-allow-origin", any ? "*" : origin);
    const method = request.headers["access-control-request-method"];
    if (request.method !== "OPTIONS" || method === undefined) return false;
    if (!allowed) {
      sendJson(response, 403, {
        code: "OriginNotAllowed",
        message: `CORS does not allow the origin ${origin}; it allows ${[...this.#origins].join(", ")}.`,
      });
      return true;
    }
    const headers = request.headers["access-control-request-headers"];
    response.setHeader("access-control-allow-methods", method);
    if (headers !== undefined) response.setHeader("access-control-allow-headers", headers);
    sendEmpty(response, 204);
    return true;
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
