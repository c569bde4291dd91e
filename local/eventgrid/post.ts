import { type Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Clock } from "../kernel/clock.ts";
import { agentFor } from "../kernel/near/agents.ts";
import { sayCause } from "../kernel/near/cause.ts";
import type { Parts } from "../kernel/parts.ts";
import { answerTimeout, type Failure, type Outcome } from "./retry.ts";

/** The response; only the handshake reads more than the status. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Call {
  method: "POST" | "OPTIONS";
  headers: Record<string, string>;
  body: string;
  /** How many characters of the response are read; the rest is discarded. */
  most: number;
  /** The receiver is told that the request was caused by this span; 0 for none. */
  span: number;
}

/** Sends the deliveries of one subscription over persistent connections. */
export class Poster {
  readonly #clock: Clock;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(parts: Parts, atOnce: number) {
    this.#clock = parts.clock;
    this.#http = agentFor(parts.connections, { keepAlive: true, maxSockets: atOnce });
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets: atOnce });
  }

  /** Delivers, and passes on the span as the cause unless it is 0. Never rejects: errors are part of the outcome. */
  async post(url: string, body: string, headers: Record<string, string>, span: number): Promise<Outcome> {
    const reply = await this.#call(url, { method: "POST", headers, body, most: 0, span });
    return "failure" in reply ? reply : { status: reply.status };
  }

  /** Sends a request and reads up to 64 KB of the response. Never rejects. */
  ask(
    method: Call["method"],
    url: string,
    headers: Record<string, string>,
    body = "",
  ): Promise<Reply | { failure: Failure }> {
    return this.#call(url, { method, headers, body, most: 65_536, span: 0 });
  }

  async #call(url: string, call: Call): Promise<Reply | { failure: Failure }> {
    for (;;) {
      const answer = await this.#once(url, call);
      // The receiver closed an idle connection, which is no failure: try again with another one.
      if (answer !== "stale connection") return answer;
    }
  }

  /** Closes all connections; pending requests end with `SocketError`. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #once(url: string, call: Call): Promise<Reply | { failure: Failure } | "stale connection"> {
    return new Promise((resolve) => {
      const secure = url.startsWith("https:");
      const options = {
        method: call.method,
        agent: secure ? this.#https : this.#http,
        headers: { ...call.headers, "content-length": Buffer.byteLength(call.body) },
      };
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part.slice(0, call.most - text.length);
        });
        // The status decides; an incomplete body does not matter.
        response.on("close", () => settle({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      if (call.span > 0) sayCause(request, call.span);
      let timedOut = false;
      const timer = this.#clock.after(answerTimeout, () => {
        timedOut = true;
        request.destroy(new Error("no answer in 30 seconds"));
      });
      const settle = (outcome: Reply | { failure: Failure } | "stale connection") => {
        timer.cancel();
        resolve(outcome);
      };
      request.on("error", (error: NodeJS.ErrnoException) => {
        if (timedOut) settle({ failure: "TimedOut" });
        else if (request.reusedSocket && error.code === "ECONNRESET") settle("stale connection");
        else if (error.syscall === "getaddrinfo") settle({ failure: "ResolutionError" });
        else settle({ failure: "SocketError" });
      });
      request.end(call.body);
    });
  }
}
