import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Clock } from "../kernel/clock.ts";
import { answerTimeout, type Outcome } from "./retry.ts";

/** Sends deliveries of one subscription over connections that are kept open. */
export class Poster {
  readonly #clock: Clock;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(clock: Clock, connections: number) {
    this.#clock = clock;
    this.#http = new HttpAgent({ keepAlive: true, maxSockets: connections });
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets: connections });
  }

  /** Never rejects: what went wrong is the outcome. */
  async post(url: string, body: string, headers: Record<string, string>): Promise<Outcome> {
    for (;;) {
      const answer = await this.#once(url, body, headers);
      // A connection that the receiver closed while it lay idle says nothing about the receiver: ask again on another.
      if (answer !== "stale connection") return answer;
    }
  }

  /** Ends all connections; deliveries under way come back as `SocketError`. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #once(url: string, body: string, headers: Record<string, string>): Promise<Outcome | "stale connection"> {
    return new Promise((resolve) => {
      const secure = url.startsWith("https:");
      const options = {
        method: "POST",
        agent: secure ? this.#https : this.#http,
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
      };
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        response.resume();
        // The status decides; a body that breaks off does not matter.
        response.on("close", () => settle({ status: response.statusCode ?? 0 }));
      });
      let timedOut = false;
      const timer = this.#clock.after(answerTimeout, () => {
        timedOut = true;
        request.destroy(new Error("no answer in 30 seconds"));
      });
      const settle = (outcome: Outcome | "stale connection") => {
        timer.cancel();
        resolve(outcome);
      };
      request.on("error", (error: NodeJS.ErrnoException) => {
        if (timedOut) settle({ failure: "TimedOut" });
        else if (request.reusedSocket && error.code === "ECONNRESET") settle("stale connection");
        else if (error.syscall === "getaddrinfo") settle({ failure: "ResolutionError" });
        else settle({ failure: "SocketError" });
      });
      request.end(body);
    });
  }
}
