import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { neverFramed, sendJson } from "../kernel/answers.ts";
import type { Messages } from "./messages.ts";

const file = (name: string) => readFileSync(new URL(`inbox/${name}`, import.meta.url));

/** The page's files by path. */
const files = new Map([
  ["/", { type: "text/html; charset=utf-8", body: file("index.html") }],
  ["/inbox.js", { type: "text/javascript; charset=utf-8", body: file("inbox.js") }],
  ["/inbox.css", { type: "text/css; charset=utf-8", body: file("inbox.css") }],
]);

/** No other site may read, frame or script the inbox: there are codes in it. */
const headers = {
  ...neverFramed,
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** A page for people that shows messages as they are sent, and the same as JSON for tests. */
export class Inbox {
  readonly #messages: Messages;
  readonly #watching = new Set<ServerResponse>();

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  /** Answers a GET or HEAD; false when the path is not the inbox's. */
  serve(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    if (url.pathname === "/api/messages") {
      // A plus that was not encoded arrives as a space.
      const to = url.searchParams.get("to")?.replace(/^ /, "+");
      sendJson(response, 200, this.#messages.list(to), headers);
      return true;
    }
    if (url.pathname === "/api/messages/live") {
      this.#watch(request, response);
      return true;
    }
    const found = files.get(url.pathname);
    if (found === undefined) return false;
    response.writeHead(200, { ...headers, "content-type": found.type, "content-length": found.body.length });
    response.end(found.body);
    return true;
  }

  /** Tells every open page that there is something new. */
  changed(): void {
    for (const response of this.#watching) response.write("data: changed\n\n");
  }

  #watch(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    if (request.method === "HEAD") return void response.end();
    // At once, so that a page that comes back after a break learns what it missed.
    response.write("retry: 1000\n\ndata: changed\n\n");
    this.#watching.add(response);
    request.on("close", () => this.#watching.delete(response));
    response.on("close", () => this.#watching.delete(response));
  }
}
