import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Listening, listen, readBody } from "../../../../local/kernel/http-server.ts";
import { agentFor } from "../../../../local/kernel/near/agents.ts";
import { servingEnd } from "../../../../local/kernel/near/between-threads.ts";
import type { Connections, ToServers } from "../../../../local/kernel/near/protocol.ts";
import { freePorts } from "../../../free-ports.ts";
import { cases, observe, refused, type Seen } from "./cases.ts";

let server: Listening;
let nobody: number;
/** Requests that came by a socket, by their name. */
let bySocket: string[] = [];
/** What the server saw of callers who went away. */
let left = 0;

beforeAll(async () => {
  nobody = await freePorts();
  server = await listen({ part: "test", bodyLimit: 300_000, handle });
  server.server.on("connection", (socket) =>
    socket.on("data", (data) => bySocket.push(...(/^x-case: (.*)\r$/m.exec(String(data))?.slice(1) ?? []))),
  );
});
afterAll(() => server.close());

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "", headers, rawHeaders } = request;
  const [path] = url.split("?");
  if (path === "/never") {
    response.on("close", () => left++);
    return;
  }
  if (path === "/lost") return void response.destroy();
  if (path === "/lost-later") {
    response.writeHead(200, { "content-length": 10 });
    response.write("abc");
    return void setTimeout(() => response.destroy(), 5);
  }
  if (path === "/throws") throw new Error("broken");
  if (path === "/nothing") return void response.writeHead(204).end();
  if (path === "/not-modified") return void response.writeHead(304, { etag: '"1"' }).end();
  if (path === "/bytes") return void response.end(Buffer.from([0, 200, 255]));
  if (path === "/latin") return void response.writeHead(200, "Schön", { "x-name": "für" }).end("für");
  if (path === "/cookies") return void response.setHeader("set-cookie", ["a=1", "b=2"]).end("{}");
  if (path === "/until-the-end") return void response.writeHead(200, { connection: "close" }).end("bye");
  if (path === "/text") return void response.writeHead(200, { "content-type": "text/plain" }).end("☕".repeat(5000));
  if (path === "/parts") {
    response.write("one ");
    response.write(Buffer.from("two "));
    return void setTimeout(() => response.end("☕"), 5);
  }
  const body = await readBody(request);
  const told = { method, url, headers, raw: rawHeaders.length, body: body.toString("base64") };
  response.end(JSON.stringify(told).replaceAll(String(server.port), "PORT"));
}

const expectedBySocket = cases.filter((each) => each.bySocket).map(({ what }) => what);

/** What the thread of an application sees. */
async function seenByThread(how: Connections): Promise<Seen[]> {
  const worker = new Worker(new URL("./asker.ts", import.meta.url), {
    workerData: { server: server.port, nobody, sockets: how === "sockets" },
  });
  const services = servingEnd((message) => worker.postMessage(message));
  const seen = await new Promise<Seen[]>((resolve, reject) => {
    worker.on("message", (message: ToServers | { seen: Seen[] }) => {
      if ("seen" in message) resolve(message.seen);
      else services.receive(message);
    });
    worker.on("error", reject);
  });
  await worker.terminate();
  return seen;
}

/** By name; that a request has been written is told from a thread before it is known that nobody is there. */
const named = (seen: readonly Seen[]) =>
  Object.fromEntries(
    seen.map(({ what, events, ...rest }) => [
      what,
      { what, events: what === "nobody there" ? events.filter((event) => event !== "finish") : events, ...rest },
    ]),
  );

describe("requests that are handed over come to the same as by sockets", () => {
  /** By sockets, for comparison. */
  let usual: Record<string, Seen>;
  beforeAll(async () => {
    usual = named(await seenByThread("sockets"));
    // That its connections are gone comes to the server when the machine likes, and would be counted below.
    const open = promisify(server.server.getConnections.bind(server.server));
    await vi.waitFor(async () => expect(await open()).toBe(0), 30_000);
  });

  test("from the application's thread", async () => {
    bySocket = [];
    left = 0;
    const seen = await seenByThread("handed-over");
    expect(named(seen)).toEqual(usual);
    expect(bySocket).toEqual(expectedBySocket);
    expect(left).toBe(3);
  });

  test("in one thread", async () => {
    const agent = agentFor("handed-over", { keepAlive: true });
    bySocket = [];
    const seen = [...(await observe(server.port, agent)), ...(await observe(nobody, agent, refused))];
    expect(named(seen)).toEqual(usual);
    expect(bySocket).toEqual(expectedBySocket);
    agent.destroy();
  });

  test("all of them were compared", () => {
    expect(Object.keys(usual)).toHaveLength(cases.length + refused.length);
  });
});
