import { type Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Clock } from "../kernel/clock.ts";
import { agentFor } from "../kernel/near/agents.ts";
import { sayCause } from "../kernel/near/cause.ts";
import type { Parts } from "../kernel/parts.ts";

/** A request to an event handler. */
export interface HandlerCall {
  method: "POST" | "OPTIONS" | "GET";
  url: URL;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** The timeout in ms of the clock. */
  timeout: number;
  /** The handler is told that the call was caused by this span; absent or 0 for none. */
  span?: number;
}

export interface HandlerReply {
  status: number;
  /** By lower-case names, each with all its values. */
  headers: NodeJS.Dict<string[]>;
  body: Buffer;
}

/** The outcome of a call. A timeout is not retried. */
export type HandlerOutcome = HandlerReply | { failure: string; timedOut: boolean };

/** The longest response body that is read. */
const mostBytes = 16 * 1024 * 1024;

/** Calls event handlers over persistent connections. */
export class HandlerCalls {
  readonly #clock: Clock;
  readonly #http: HttpAgent;
  readonly #https = new HttpsAgent({ keepAlive: true });

  constructor({ clock, connections }: Parts) {
    this.#clock = clock;
    this.#http = agentFor(connections, { keepAlive: true });
  }

  /** Never rejects: errors are part of the outcome. */
  async call(call: HandlerCall): Promise<HandlerOutcome> {
    for (;;) {
      const outcome = await this.#once(call);
      // The handler closed an idle connection, which is no failure: try again with another one.
      if (outcome !== "stale connection") return outcome;
    }
  }

  /** Closes all connections; pending calls fail. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #once({
    method,
    url,
    headers,
    body = "",
    timeout,
    span = 0,
  }: HandlerCall): Promise<HandlerOutcome | "stale connection"> {
    return new Promise((resolve) => {
      const secure = url.protocol === "https:";
      // Bytes and not a string: with a string Node would encode the headers in its encoding, and they are bytes already.
      const bytes = Buffer.from(body);
      const options = {
        method,
        agent: secure ? this.#https : this.#http,
        headers: method === "POST" ? { ...headers, "content-length": bytes.length } : headers,
      };
      let timedOut = false;
      const settle = (outcome: HandlerOutcome | "stale connection") => {
        timer.cancel();
        resolve(outcome);
      };
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length <= mostBytes) chunks.push(chunk);
          else request.destroy(new Error(`an answer of more than ${mostBytes} bytes`));
        });
        response.on("error", () => undefined);
        response.on("close", () => {
          if (response.complete)
            settle({
              status: response.statusCode ?? 0,
              headers: response.headersDistinct,
              body: Buffer.concat(chunks),
            });
          else settle({ failure: length > mostBytes ? "the answer is too long" : "the answer broke off", timedOut });
        });
      });
      if (span > 0) sayCause(request, span);
      const timer = this.#clock.after(timeout, () => {
        timedOut = true;
        request.destroy(new Error(`no answer in ${timeout / 1000} seconds`));
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        if (!timedOut && request.reusedSocket && error.code === "ECONNRESET") settle("stale connection");
        else settle({ failure: error.message || String(error.code), timedOut });
      });
      request.end(method === "POST" ? bytes : undefined);
    });
  }
}
