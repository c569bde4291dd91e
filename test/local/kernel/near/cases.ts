import { AsyncLocalStorage } from "node:async_hooks";
import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from "node:http";

/** A request that is made in the same way over sockets and without. */
export interface Case {
  readonly what: string;
  readonly options: RequestOptions;
  readonly body?: string | Buffer;
  /** Whether it goes by a socket even where it need not: no whole message says everything of it. */
  readonly bySocket?: true;
  /** What is done with the request before it is answered, and with the answer. */
  readonly how?: "abort" | "destroy" | "time out" | "destroy the answer" | "leave the answer" | "in parts" | "as text";
}

export const cases: readonly Case[] = [
  { what: "a plain read", options: { path: "/plain?a=b%20c" } },
  { what: "a body of text", options: { method: "POST", path: "/echo" }, body: "Grüße, 咖啡 ☕" },
  { what: "a body of bytes", options: { method: "PUT", path: "/echo" }, body: Buffer.from([0, 255, 13, 10, 128]) },
  { what: "a long body of bytes", options: { method: "POST", path: "/echo" }, body: Buffer.alloc(200_000, "ab") },
  {
    what: "a body with its length given",
    options: { method: "POST", path: "/echo", headers: { "content-length": 4 } },
    body: "abcd",
  },
  {
    what: "a length that is wrong",
    bySocket: true,
    options: { method: "POST", path: "/echo", headers: { "content-length": 9 } },
    body: "abcd",
    how: "abort",
  },
  { what: "no body where one could be", options: { method: "POST", path: "/echo" } },
  {
    what: "a body of a DELETE",
    options: { method: "DELETE", path: "/echo", headers: { "content-length": 2 } },
    body: "{}",
  },
  {
    what: "written in parts",
    bySocket: true,
    options: { method: "POST", path: "/echo" },
    body: "one two",
    how: "in parts",
  },
  {
    what: "headers of all kinds",
    options: {
      path: "/plain",
      headers: { "X-Many": ["a", "b"], "x-padded": "  in the middle  ", cookie: ["a=1", "b=2"], "x-empty": "" },
    },
  },
  { what: "a header beyond ASCII", bySocket: true, options: { path: "/plain", headers: { "x-latin": "für" } } },
  {
    what: "more headers than a server takes",
    bySocket: true,
    options: { path: "/plain", headers: { "x-long": "a".repeat(20_000) } },
  },
  { what: "credentials", options: { path: "/plain", auth: "user:secret" } },
  { what: "HEAD", options: { method: "HEAD", path: "/plain" } },
  { what: "OPTIONS", options: { method: "OPTIONS", path: "/plain" } },
  { what: "an unusual method", bySocket: true, options: { method: "PROPFIND", path: "/plain" } },
  {
    what: "an expectation",
    bySocket: true,
    options: { method: "POST", path: "/echo", headers: { expect: "100-continue", "content-length": 2 } },
    body: "ok",
  },
  { what: "connection: close", options: { path: "/plain", headers: { connection: "close" } } },
  { what: "an answer of nothing", options: { path: "/nothing" } },
  { what: "not modified", options: { path: "/not-modified" } },
  { what: "an answer in parts", options: { path: "/parts" } },
  { what: "an answer of bytes", options: { path: "/bytes" } },
  { what: "an answer with headers beyond ASCII", options: { path: "/latin" } },
  { what: "cookies", options: { path: "/cookies" } },
  { what: "an answer that ends with the connection", options: { path: "/until-the-end" } },
  { what: "an answer that is read as text", options: { path: "/text" }, how: "as text" },
  { what: "an answer that nobody reads to its end", options: { path: "/text" }, how: "destroy the answer" },
  { what: "an answer that nobody asked to hear", options: { path: "/text" }, how: "leave the answer" },
  { what: "an answer that is lost", options: { path: "/lost" } },
  { what: "an answer that is lost after its status", options: { path: "/lost-later" } },
  { what: "a handler that throws", options: { path: "/throws" } },
  { what: "a body beyond the limit", options: { method: "POST", path: "/echo" }, body: "a".repeat(300_001) },
  { what: "another name", options: { path: "/plain", headers: { host: "evil.example" } } },
  { what: "another page", options: { path: "/plain", headers: { origin: "http://evil.example" } } },
  { what: "its own page", options: { path: "/plain", headers: { origin: "http://localhost:PORT" } } },
  { what: "an address that cannot be read", options: { path: "/%ff" } },
  { what: "aborted", options: { path: "/never" }, how: "abort" },
  { what: "destroyed with a reason", options: { path: "/never" }, how: "destroy" },
  { what: "a time-out", options: { path: "/never", timeout: 30 }, how: "time out" },
];

/** What its caller saw of one request. */
export interface Seen {
  readonly what: string;
  readonly events: string[];
  readonly status?: number;
  readonly headers?: string[];
  readonly body?: string;
  readonly error?: unknown;
}

const context = new AsyncLocalStorage<string>();

/** Makes every request, one after the other, and tells what came of each. */
export async function observe(port: number, agent: Agent, which = cases): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const each of which) seen.push(await context.run(each.what, () => once(port, agent, each)));
  return seen;
}

/** To a port at which nobody listens. */
export const refused: readonly Case[] = [{ what: "nobody there", options: { method: "POST", path: "/" }, body: "x" }];

function once(port: number, agent: Agent, { what, options, body, how }: Case): Promise<Seen> {
  return new Promise((resolve) => {
    const events: string[] = [];
    let result: Partial<Seen> = {};
    // Its name first, so that it stands in what a socket reads first.
    const named = { "x-case": what, ...options.headers };
    const headers = JSON.parse(JSON.stringify(named).replaceAll("PORT", String(port)));
    const made = request({ host: "127.0.0.1", port, agent, ...options, headers });
    /** Everything is told in the turn of who asked. */
    const happens = (event: string) => events.push(context.getStore() === what ? event : `${event}, elsewhere`);
    for (const event of ["finish", "abort", "timeout", "continue", "socket"]) made.on(event, () => happens(event));
    made.on("timeout", () => made.destroy());
    made.on("error", (error: NodeJS.ErrnoException) => {
      happens("error");
      const { message, code, errno, syscall } = error;
      result = { ...result, error: { message: message.replaceAll(String(port), "PORT"), code, errno, syscall } };
    });
    made.on("close", () => {
      happens("close");
      setImmediate(() => resolve({ what, events, ...result }));
    });
    if (how !== "leave the answer") {
      made.on("response", (answer) => {
        happens("response");
        result = { ...result, status: answer.statusCode ?? 0, headers: comparable(answer.rawHeaders, port) };
        listen(
          answer,
          how,
          (event) => happens(`answer ${event}`),
          (text) => {
            result = { ...result, body: text };
          },
        );
      });
    }
    send(made, body, how);
  });
}

function send(made: ClientRequest, body: string | Buffer | undefined, how: Case["how"]): void {
  // Given up once it was written: how soon that is the machine says, where it goes by a socket.
  const givenUp = (why?: Error) => made.once("finish", () => setTimeout(() => made.destroy(why), 20));
  if (how === "abort") givenUp();
  if (how === "destroy") givenUp(new Error("no longer wanted"));
  if (how === "in parts") {
    made.write(String(body).slice(0, 3));
    setTimeout(() => made.end(String(body).slice(3)), 5);
  } else made.end(body);
}

function listen(
  answer: IncomingMessage,
  how: Case["how"],
  happens: (event: string) => void,
  read: (body: string) => void,
): void {
  const parts: Buffer[] = [];
  let text = "";
  if (how === "as text") answer.setEncoding("utf8").on("data", (part: string) => (text += part));
  else answer.on("data", (part: Buffer) => parts.push(part));
  if (how === "destroy the answer") answer.once("data", () => answer.destroy());
  for (const event of ["end", "aborted", "error"]) answer.on(event, () => happens(event));
  answer.on("close", () => {
    happens(answer.complete ? "close" : "close, incomplete");
    read(text || Buffer.concat(parts).toString("base64"));
  });
}

/** The date changes. */
const comparable = (raw: string[], port: number): string[] =>
  raw.map((text, at) =>
    raw[at - 1] === "Date" ? String(!Number.isNaN(Date.parse(text))) : text.replaceAll(String(port), "PORT"),
  );

/** An agent as an SDK has one. */
export const newAgent = (): Agent => new Agent({ keepAlive: true });
