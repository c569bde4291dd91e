import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { neverFramed, sendJson } from "../kernel/answers.ts";
import { readBody } from "../kernel/http-server.ts";
import { Refusal } from "../kernel/refusal.ts";
import { parseBody } from "./members.ts";
import type { Messages } from "./messages.ts";
import { isReachable } from "./numbers.ts";

const file = (name: string) => readFileSync(new URL(`inbox/${name}`, import.meta.url));

/** The page's files by path. */
const files = new Map([
  ["/", { type: "text/html; charset=utf-8", body: file("index.html") }],
  ["/inbox.js", { type: "text/javascript; charset=utf-8", body: file("inbox.js") }],
  ["/inbox.css", { type: "text/css; charset=utf-8", body: file("inbox.css") }],
]);

/** No other site may read, frame or script the inbox, because it shows sign-in codes. */
const headers = {
  ...neverFramed,
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

type Reply = (phone: string, sender: string, message: string) => Promise<unknown>;

/** A page that shows sent messages and lets people reply, and the same as JSON for tests. */
export class Inbox {
  readonly #messages: Messages;
  readonly #reply: Reply;
  readonly #watching = new Set<ServerResponse>();

  constructor(messages: Messages, reply: Reply) {
    this.#messages = messages;
    this.#reply = reply;
  }

  /** Handles the page's requests; false if the path does not belong to the inbox. @throws Refusal 400 for an invalid reply */
  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (request.method === "POST" && url.pathname === "/api/replies") {
      sendJson(response, 201, await this.#take(await readBody(request)), headers);
      return true;
    }
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    if (url.pathname === "/api/threads") {
      sendJson(response, 200, this.#threads(), headers);
      return true;
    }
    if (url.pathname === "/api/messages") {
      // An unencoded plus arrives as a space.
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

  /** Notifies every open page of a change. */
  changed(): void {
    for (const response of this.#watching) response.write("data: changed\n\n");
  }

  #take(body: Buffer): Promise<unknown> {
    const { from, to, message } = parseBody(body);
    if (typeof from !== "string" || typeof to !== "string" || typeof message !== "string")
      throw new Refusal(
        400,
        "BadRequest",
        "A reply needs from (the phone's number), to (the sender's number) and message.",
      );
    return this.#reply(from, to, message);
  }

  /** The messages of each phone in both directions, newest first, and the senders that it can write to. */
  #threads() {
    const sent = this.#messages
      .list()
      .map((each) => ({ ...each, phone: each.to, sender: each.from, at: each.sentAt, own: false }));
    const received = this.#messages
      .received()
      .map((each) => ({ ...each, phone: each.from, sender: each.to, at: each.receivedAt, own: true }));
    const all = [...sent, ...received].sort((a, b) => (b.order ?? 0) - (a.order ?? 0));
    return [...new Set(all.map(({ phone }) => phone))].map((phone) => {
      const own = all.filter((each) => each.phone === phone);
      return {
        phone,
        senders: [...new Set(own.map(({ sender }) => sender))].filter(isReachable),
        messages: own.map(({ id, sender, message, at, own }) => ({ id, sender, message, at, own })),
      };
    });
  }

  #watch(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    if (request.method === "HEAD") return void response.end();
    // Sent at once, so that a page that reconnects learns what it missed.
    response.write("retry: 1000\n\ndata: changed\n\n");
    this.#watching.add(response);
    request.on("close", () => this.#watching.delete(response));
    response.on("close", () => this.#watching.delete(response));
  }
}
