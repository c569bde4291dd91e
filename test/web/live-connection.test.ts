import { afterEach, beforeEach, expect, test } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import { backoff, type ConnectionState, LiveConnection } from "../../web/lib/live-connection.ts";
import { startService } from "../local/webpubsub/harness.ts";

type Fact = ConnectionState | "closed" | { data: unknown };

/** A connection that notes what happens, with a way to wait for it. */
function listen(url: () => Promise<string>) {
  const facts: Fact[] = [];
  let waiting: { met: () => boolean; go: () => void }[] = [];
  const note = (fact: Fact) => {
    facts.push(fact);
    for (const { met, go } of waiting) if (met()) go();
    waiting = waiting.filter(({ met }) => !met());
  };
  const connection = new LiveConnection({
    url,
    onMessage: (data) => note({ data }),
    onState: note,
    onClosed: () => note("closed"),
    backoff: () => 1,
  });
  connection.start();
  const until = (met: () => boolean) =>
    met() ? Promise.resolve() : new Promise<void>((go) => waiting.push({ met, go }));
  return {
    connection,
    facts,
    data: () => facts.flatMap((fact) => (typeof fact === "object" ? [fact.data] : [])),
    times: (state: ConnectionState | "closed") => facts.filter((fact) => fact === state).length,
    until,
  };
}

let stop: (() => unknown)[] = [];
beforeEach(() => {
  stop = [];
});
afterEach(async () => {
  for (const end of stop.reverse()) await end();
});

/** With the local Web PubSub and the real service SDK at the other end. */
async function withService() {
  const live = await startService();
  stop.push(() => live.close());
  const url = async () => (await live.service.getClientAccessToken({ groups: ["store.main"] })).url;
  const screen = listen(url);
  stop.push(() => screen.connection.stop());
  await screen.until(() => screen.times("connected") === 1);
  return { ...live, screen, id: () => live.pubsub.connections("live")[0]?.connectionId ?? "" };
}

test("messages to a group of the token come in, in order", async () => {
  const { service, screen } = await withService();
  for (const n of [1, 2, 3]) await service.group("store.main").sendToAll({ n });
  await screen.until(() => screen.data().length === 3);
  expect(screen.data()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test("after a drop the same connection is taken up and nothing is missed or told twice", async () => {
  const { service, pubsub, screen, id } = await withService();
  const before = id();
  await service.group("store.main").sendToAll(1);
  await screen.until(() => screen.data().length === 1);
  pubsub.drop(before);
  await service.group("store.main").sendToAll(2);
  await service.group("store.main").sendToAll(3);
  await screen.until(() => screen.data().length === 3);
  expect(screen.data()).toEqual([1, 2, 3]);
  expect(screen.times("connected")).toBe(1);
  expect(screen.facts).toContain("lost");
  expect(screen.times("recovered")).toBe(1);
  expect(id()).toBe(before);
});

test("when the application closed the connection a new one is made, and that it was closed is told", async () => {
  const { pubsub, service, screen, id } = await withService();
  const before = id();
  await service.closeConnection(before);
  await screen.until(() => screen.times("connected") === 2);
  expect(screen.facts).toEqual(["connected", "lost", "closed", "connected"]);
  expect(id()).not.toBe(before);
  expect(pubsub.connections("live")).toHaveLength(1);
});

test("a stopped connection stays away", async () => {
  const { pubsub, screen, id } = await withService();
  const socketGone = new Promise<void>((resolve) => {
    const look = () => (pubsub.connections("live").length === 0 ? resolve() : setImmediate(look));
    look();
  });
  expect(id()).not.toBe("");
  screen.connection.stop();
  await socketGone;
  expect(screen.times("lost")).toBe(0);
});

test("an address that arrives after the connection was begun anew is not used: there is one connection, and it is heard", async () => {
  const live = await startService();
  stop.push(() => live.close());
  const answers: (() => void)[] = [];
  const address = async () => (await live.service.getClientAccessToken({ groups: ["store.main"] })).url;
  const screen = listen(() => new Promise((resolve) => answers.push(() => resolve(address()))));
  stop.push(() => screen.connection.stop());
  // Somebody signs in while the first address is still on its way.
  screen.connection.stop();
  screen.connection.start();
  answers[1]?.();
  await screen.until(() => screen.times("connected") === 1);
  await live.service.group("store.main").sendToAll(1);
  await screen.until(() => screen.data().length === 1);
  answers[0]?.();
  await address();
  // Long enough for a second connection to be made, if one were: the service answers a third in the meantime.
  const other = listen(address);
  stop.push(() => other.connection.stop());
  await other.until(() => other.times("connected") === 1);
  await live.service.group("store.main").sendToAll(2);
  await screen.until(() => screen.data().length === 2);
  expect(live.pubsub.connections("live")).toHaveLength(2);
  expect(screen.times("connected")).toBe(1);
});

test("no address to be had means trying again with a new one, until it works", async () => {
  const live = await startService();
  stop.push(() => live.close());
  let asked = 0;
  const screen = listen(async () => {
    if (++asked < 4) throw new Error("the API is away");
    return (await live.service.getClientAccessToken({})).url;
  });
  stop.push(() => screen.connection.stop());
  await screen.until(() => screen.times("connected") === 1);
  expect(screen.times("failed")).toBe(3);
});

/** A service that does as it is told, for what the real one does rarely. */
async function withScript(onClient: (socket: ServerSocket, query: URLSearchParams, nth: number) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  stop.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  let nth = 0;
  server.on("connection", (socket, request) => {
    expect(request.headers["sec-websocket-protocol"]).toBe("json.reliable.webpubsub.azure.v1");
    onClient(socket, new URL(request.url ?? "", "ws://x").searchParams, ++nth);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const screen = listen(async () => `ws://127.0.0.1:${address.port}/client/hubs/crema?access_token=a`);
  stop.push(() => screen.connection.stop());
  return screen;
}
const say = (socket: ServerSocket, frame: object) => socket.send(JSON.stringify(frame));
const hello = { type: "system", event: "connected", connectionId: "c1", reconnectionToken: "r1" };
const message = (sequenceId: number) => ({
  type: "message",
  from: "group",
  group: "g",
  dataType: "json",
  data: sequenceId,
  sequenceId,
});

test("what is sent again after a recovery is told once, and all of it is acknowledged", async () => {
  const queries: string[] = [];
  let acknowledged: (sequence: number) => void = () => undefined;
  const ack = new Promise<number>((resolve) => {
    acknowledged = resolve;
  });
  const screen = await withScript((socket, query, nth) => {
    queries.push(
      `${query.get("awps_connection_id")} ${query.get("awps_reconnection_token")} ${query.get("access_token")}`,
    );
    socket.on("message", (data) => {
      const frame = JSON.parse(data.toString());
      if (frame.type === "sequenceAck") acknowledged(frame.sequenceId);
    });
    say(socket, { ...hello, reconnectionToken: `r${nth}` });
    if (nth === 1) {
      say(socket, message(1));
      say(socket, message(2));
      socket.once("pong", () => socket.terminate());
      socket.ping();
    } else for (const sequence of [1, 2, 3]) say(socket, message(sequence));
  });
  await screen.until(() => screen.data().length === 3);
  expect(screen.data()).toEqual([1, 2, 3]);
  // The access token is not needed any more, and is over after a minute.
  expect(queries).toEqual(["null null a", "c1 r1 null"]);
  expect(await ack).toBe(3);
});

test("a recovery succeeds without another greeting, which the service need not send", async () => {
  const screen = await withScript((socket, query, nth) => {
    const breaks = () => {
      socket.once("pong", () => socket.terminate());
      socket.ping();
    };
    if (nth === 1) {
      say(socket, hello);
      say(socket, message(1));
      breaks();
      return;
    }
    expect(query.get("awps_connection_id")).toBe("c1");
    // Nothing was missed the first time, and something the second time.
    if (nth === 3) say(socket, message(2));
    socket.on("message", (data) => {
      if (nth !== 2 || JSON.parse(data.toString()).type !== "ping") return;
      say(socket, { type: "pong" });
      breaks();
    });
  });
  await screen.until(() => screen.data().length === 2 && screen.times("recovered") === 2);
  expect(screen.facts).toEqual(["connected", { data: 1 }, "lost", "recovered", "lost", "recovered", { data: 2 }]);
});

test("a recovery names the connection as the service did, whatever characters that has", async () => {
  const named = { connectionId: "a+b/c=&d", reconnectionToken: "e+f&g= h" };
  const asked = Promise.withResolvers<URLSearchParams>();
  await withScript((socket, query, nth) => {
    if (nth > 1) return asked.resolve(query);
    say(socket, { ...hello, ...named });
    socket.once("pong", () => socket.terminate());
    socket.ping();
  });
  const query = await asked.promise;
  expect(query.get("awps_connection_id")).toBe(named.connectionId);
  expect(query.get("awps_reconnection_token")).toBe(named.reconnectionToken);
});

test("a recovery that is answered with 1008 leads to a new connection, and that somebody may have closed the old one is told", async () => {
  const screen = await withScript((socket, query, nth) => {
    if (query.has("awps_connection_id")) socket.close(1008, "unknown connection");
    else {
      say(socket, { ...hello, connectionId: `c${nth}` });
      if (nth === 1) {
        socket.once("pong", () => socket.terminate());
        socket.ping();
      }
    }
  });
  await screen.until(() => screen.times("connected") === 2);
  expect(screen.facts).toEqual(["connected", "lost", "closed", "connected"]);
});

test("frames that nobody knows are passed over", async () => {
  const screen = await withScript((socket) => {
    socket.send("no json");
    say(socket, { type: "news" });
    say(socket, hello);
    say(socket, { type: "message", from: "server", dataType: "json", data: "unnumbered" });
  });
  await screen.until(() => screen.data().length === 1);
  expect(screen.data()).toEqual(["unnumbered"]);
});

test("tries grow further apart, up to fifteen seconds, and are spread by chance", () => {
  for (const [failures, most] of [
    [0, 500],
    [3, 4_000],
    [20, 15_000],
  ] as const) {
    const wait = backoff(failures);
    expect(wait).toBeLessThanOrEqual(most);
    expect(wait).toBeGreaterThanOrEqual(most / 2);
  }
});

test("a browser that refuses the socket itself counts as a try that failed, and is tried again later", async () => {
  const states: string[] = [];
  class Refused {
    constructor() {
      throw new Error("SecurityError");
    }
  }
  const connection = new LiveConnection({
    url: async () => "ws://refused.test/",
    onMessage: () => undefined,
    onState: (state) => states.push(state),
    WebSocket: Refused as unknown as typeof WebSocket,
    backoff: () => 60_000,
  });
  connection.start();
  await new Promise((resolve) => setImmediate(resolve));
  expect(states).toEqual(["failed"]);
  connection.stop();
});
