import { createHmac } from "node:crypto";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebPubSubJsonProtocol } from "@azure/web-pubsub-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { freePorts } from "../../free-ports.ts";
import { startService } from "./harness.ts";

let live: Awaited<ReturnType<typeof startService>>;
beforeEach(async () => {
  live = await startService();
});
afterEach(() => live.close());

const minute = 60_000;

/** A plain WebSocket: resolves when it is open, or with the status that refused it; 0 when the client itself closed. */
async function dial(url: string, protocols: string[] = ["json.webpubsub.azure.v1"]) {
  const socket = new WebSocket(url, protocols);
  const frames: Buffer[] = [];
  socket.on("message", (data) => frames.push(data as Buffer));
  const closed = new Promise<number>((resolve) => socket.on("close", (code) => resolve(code)));
  const status = await new Promise<number>((resolve) => {
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on("error", () => resolve(0));
  });
  const next = async () => {
    if (frames.length === 0) await new Promise((resolve) => socket.once("message", resolve));
    return frames.shift() ?? Buffer.alloc(0);
  };
  const frame = async () => JSON.parse((await next()).toString());
  return { socket, status, next, frame, closed };
}

describe("roles", () => {
  const forbidden = { errorDetail: { name: "Forbidden" } };

  test("without any a client may neither join, leave nor send", async () => {
    const { client } = await live.open();
    await expect(client.joinGroup("g")).rejects.toMatchObject(forbidden);
    await expect(client.leaveGroup("g")).rejects.toMatchObject(forbidden);
    await expect(client.sendToGroup("g", 1, "json")).rejects.toMatchObject(forbidden);
  });

  test("in general or for one group allow just that", async () => {
    const { client } = await live.open({ roles: ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup.g"] });
    await client.joinGroup("g");
    await client.joinGroup("h");
    await client.leaveGroup("h");
    await client.sendToGroup("g", 1, "json");
    await expect(client.sendToGroup("h", 1, "json")).rejects.toMatchObject(forbidden);
    expect(live.pubsub.connections("live")[0]?.groups).toEqual(["g"]);
  });

  test("with patterns allow the groups that fit", async () => {
    const { client } = await live.open({ roles: ["webpubsub.joinLeaveGroups.a.*", "webpubsub.sendToGroups.a.**"] });
    await client.joinGroup("a.b");
    await expect(client.joinGroup("a.b.c")).rejects.toMatchObject(forbidden);
    await client.sendToGroup("a.b.c", 1, "json");
    await expect(client.sendToGroup("b", 1, "json")).rejects.toMatchObject(forbidden);
  });

  test("that permit nothing are told to the log, those of the application's own are not", async () => {
    const wrong = [
      "webpubsub.sendtogroup",
      "webpubsub.sendToGroups",
      "webpubsub.broadcast",
      "webpubsub.joinLeaveGroups.a.*.*.*.**.*",
    ];
    const right = ["admin", "webpubsub.sendToGroup", "webpubsub.joinLeaveGroup.a", "webpubsub.sendToGroups.a.*"];
    await live.open({ roles: [...wrong, ...right] });
    expect(live.parts.warned.map((message) => /the role '([^']+)'/.exec(message)?.[1])).toEqual(wrong);
  });

  test("of which nine patterns count, in the order of their text", async () => {
    const roles = Array.from({ length: 11 }, (_, n) => `webpubsub.joinLeaveGroups.${"abcdefghijk"[n]}*`).reverse();
    const { client } = await live.open({ roles });
    await client.joinGroup("a1");
    await client.joinGroup("i1");
    await expect(client.joinGroup("j1")).rejects.toMatchObject(forbidden);
    expect(live.parts.warned).toEqual([
      expect.stringContaining("the role 'webpubsub.joinLeaveGroups.k*', which permits nothing: only 9 patterns"),
      expect.stringContaining("joinLeaveGroups.j*"),
    ]);
  });

  test("granted by the service count at once", async () => {
    const { client, id } = await live.open();
    await live.service.grantPermission(id, "joinLeaveGroup", { targetName: "g" });
    await client.joinGroup("g");
    await live.service.revokePermission(id, "joinLeaveGroup", { targetName: "g" });
    await expect(client.leaveGroup("g")).rejects.toMatchObject(forbidden);
  });
});

test("what a client sends to a group comes with its user, back to itself unless it wants no echo", async () => {
  const access = { groups: ["g"], roles: ["webpubsub.sendToGroup"] };
  const ann = await live.open({ ...access, userId: "ann" });
  const bob = await live.open({ ...access, userId: "bob" });
  await ann.client.sendToGroup("g", { n: 1 }, "json", { noEcho: true });
  await ann.client.sendToGroup("g", new Uint8Array([7]).buffer, "binary");
  await Promise.all([ann.until(2), bob.until(3)]);
  const bytes = new Uint8Array([7]).buffer;
  expect(ann.seen.slice(1)).toEqual([{ kind: "group", group: "g", fromUserId: "ann", data: bytes }]);
  expect(bob.seen.slice(1)).toEqual([
    { kind: "group", group: "g", fromUserId: "ann", data: { n: 1 } },
    { kind: "group", group: "g", fromUserId: "ann", data: bytes },
  ]);
});

describe("a frame that is not as the subprotocol describes ends the connection, with or without an ackId:", () => {
  const toGroup = { type: "sendToGroup", group: "g" };
  const event = { type: "event", event: "e" };
  const base64 = ["not base64!", "AQI", "AQ-_", "AQ==AQ==", "AQ I=", "=", 5, { a: 1 }];
  test.each<[object | string, string]>([
    ["hello", "not a JSON object"],
    ["[]", "not a JSON object"],
    [{}, "no known type"],
    [{ type: "shout", group: "g" }, 'type "shout"'],
    [{ type: "joinGroup" }, "group must be a name of 1 to 1024 characters"],
    ...["joinGroup", "leaveGroup", "sendToGroup"].flatMap((type): [object, string][] =>
      ["g".repeat(1025), "  ", "", 5, null].map((group) => [{ type, group, data: 1 }, "group must be a name"]),
    ),
    ...base64.flatMap((data): [object, string][] => [
      [{ ...toGroup, dataType: "binary", data }, "base64"],
      [{ ...event, dataType: "protobuf", data }, "base64"],
    ]),
    ...[toGroup, event].flatMap((of): [object, string][] => [
      [{ ...of }, "data is missing"],
      [{ ...of, data: null }, "data is null"],
      [{ ...of, dataType: "text", data: 5 }, "data must be a string"],
      [{ ...of, dataType: "xml", data: "" }, "dataType must be"],
      [{ ...of, data: 1, metadata: { a: 1 } }, "metadata 'a'"],
    ]),
    [{ ...toGroup, data: 1, noEcho: "true" }, "noEcho must be true or false"],
    [{ ...toGroup, data: 1, noEcho: null }, "noEcho must be true or false"],
    [{ ...toGroup, data: 1, ttlSeconds: 301 }, "ttlSeconds must be"],
    [{ ...toGroup, data: 1, ttlSeconds: 1.5 }, "ttlSeconds must be"],
    ...["bad event", "1event", "_e", "", "e".repeat(129)].map((name): [object, string] => [
      { ...event, event: name, data: 1 },
      "event must be a name: a letter",
    ]),
    [{ ...toGroup, data: 1, ackId: "1" }, "ackId is"],
    [{ ...toGroup, data: 1, ackId: -1 }, "ackId is"],
    [{ type: "sequenceAck" }, "sequenceId is"],
    [{ type: "sequenceAck", sequenceId: "1" }, "sequenceId is"],
    [{ type: "sequenceAck", sequenceId: -1 }, "sequenceId is"],
  ])("%j", async (wrong, words) => {
    const listener = await live.open({ groups: ["g"] });
    const { url } = await live.service.getClientAccessToken({ roles: ["webpubsub.sendToGroup"] });
    const { frame, socket, closed } = await dial(url);
    await frame();
    socket.send(typeof wrong === "string" ? wrong : JSON.stringify({ ackId: 1, ...wrong }));
    // What comes after it is not performed.
    socket.send(JSON.stringify({ ...toGroup, dataType: "text", data: "late" }));
    expect(await frame()).toMatchObject({ event: "disconnected", message: expect.stringContaining(words) });
    expect(await closed).toBe(1007);
    expect(live.parts.warned.at(-1)).toContain("A client was closed with 1007: ");
    await live.service.group("g").sendToAll("end");
    await listener.until(2);
    expect(listener.data()).toEqual(["end"]);
  });

  test("and one of another kind", async () => {
    const { url } = await live.service.getClientAccessToken();
    const { frame, socket, closed } = await dial(url);
    await frame();
    socket.send(Buffer.from("{}"));
    expect((await frame()).message).toBe("The json subprotocols have text frames only.");
    expect(await closed).toBe(1003);
  });
});

test("types of frames and of data may be in any case; what is in order is acknowledged", async () => {
  const listener = await live.open({ groups: ["g"] });
  const roles = ["webpubsub.sendToGroup", "webpubsub.joinLeaveGroup"];
  const { frame, socket } = await dial((await live.service.getClientAccessToken({ roles })).url);
  await frame();
  const toGroup = { type: "SENDTOGROUP", group: "g", dataType: "Binary" };
  const right = [
    ...["", "AQI=", "+/+/"].map((data) => ({ ...toGroup, data, ttlSeconds: null, metadata: null })),
    { type: "joinGroup", group: "g".repeat(1024) },
    { type: "leavegroup", group: "g" },
  ];
  for (const [ackId, one] of right.entries()) {
    socket.send(JSON.stringify({ ...one, ackId }));
    expect(await frame()).toEqual({ type: "ack", ackId, success: true });
  }
  await listener.until(4);
  expect(listener.data()).toEqual(
    ["", "AQI=", "+/+/"].map((text) => new Uint8Array(Buffer.from(text, "base64")).buffer),
  );
  socket.terminate();
});

test("an ackId is used up by success alone: what failed can be tried again with it", async () => {
  const { url } = await live.service.getClientAccessToken({ roles: ["webpubsub.joinLeaveGroup.g"] });
  const { frame, socket } = await dial(url);
  await frame();
  const names: unknown[] = [];
  for (const asked of [
    { type: "joinGroup", group: "denied" },
    { type: "event", event: "e", data: 1 },
    { type: "joinGroup", group: "denied" },
    { type: "joinGroup", group: "g" },
    { type: "leaveGroup", group: "g" },
  ]) {
    socket.send(JSON.stringify({ ...asked, ackId: 0 }));
    names.push((await frame()).error?.name);
  }
  expect(names).toEqual(["Forbidden", "InternalServerError", "Forbidden", undefined, "Duplicate"]);
  expect(live.pubsub.connections("live")[0]?.groups).toEqual(["g"]);
  socket.terminate();
});

test("an ackId used twice counts once", async () => {
  const { client, until, data } = await live.open({ groups: ["g"], roles: ["webpubsub.sendToGroup"] });
  expect((await client.sendToGroup("g", 1, "json", { ackId: 5 })).isDuplicated).toBe(false);
  expect((await client.sendToGroup("g", 1, "json", { ackId: 5 })).isDuplicated).toBe(true);
  await client.sendToGroup("g", 2, "json");
  await until(3);
  expect(data()).toEqual([1, 2]);
});

test("an event that no handler takes is refused, and so are invocations", async () => {
  const { client } = await live.open();
  const errorDetail = { name: "InternalServerError", message: expect.stringContaining("No event handler") };
  await expect(client.sendEvent("e", 1, "json")).rejects.toMatchObject({ errorDetail });
  await expect(client.invokeEvent("e", 1, "json")).rejects.toThrow(/not emulated/);
});

describe("the reliable protocol", () => {
  test("brings all that was sent while the socket was broken, in order and once, and tells the application nothing", async () => {
    const screen = await live.open({ userId: "ann", groups: ["g"] });
    await live.service.group("g").sendToAll(0);
    await screen.until(2);
    expect(live.pubsub.drop(screen.id)).toBe(true);
    for (const n of [1, 2, 3, 4, 5]) await live.service.group("g").sendToAll(n);
    await screen.until(7);
    expect(live.pubsub.drop(screen.id)).toBe(true);
    await live.service.group("g").sendToAll(6);
    await screen.until(8);
    expect(screen.data()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(screen.seen.filter(({ kind }) => kind === "connected" || kind === "disconnected")).toHaveLength(1);
    expect(live.pubsub.connections("live").map(({ connectionId }) => connectionId)).toEqual([screen.id]);
    // Taken up again it is there as before, and not for half a minute only.
    await live.advance(minute);
    expect(live.pubsub.connections("live").map(({ connectionId }) => connectionId)).toEqual([screen.id]);
    await live.service.group("g").sendToAll(7);
    await screen.until(9);
  });

  test.each([
    ["closes it", 1000],
    ["leaves its page", 1001],
    ["says nothing of why", undefined],
  ])("who %s is gone at once, and is not waited for", async (_, code) => {
    const { url } = await live.service.getClientAccessToken({ userId: "ann" });
    const { socket, frame } = await dial(url, ["json.reliable.webpubsub.azure.v1"]);
    await frame();
    socket.close(code);
    await expect.poll(() => live.pubsub.connections("live")).toEqual([]);
    expect(await live.service.userExists("ann")).toBe(false);
  });

  test("recovers with the old token although it has expired", async () => {
    const screen = await live.open({ groups: ["g"], expirationTimeInMinutes: 1 });
    await live.advance(2 * minute);
    live.pubsub.drop(screen.id);
    const again = live.service.group("g");
    await again.sendToAll("still here", { contentType: "text/plain" });
    await screen.until(2);
    expect(screen.data()).toEqual(["still here"]);
  });

  test("does not bring messages whose time to live has passed", async () => {
    // Of the half minute that it has, what the machine takes is no part.
    live.parts.clock.hold();
    const { url } = await live.service.getClientAccessToken({ groups: ["g"] });
    const first = await dial(url, ["json.reliable.webpubsub.azure.v1"]);
    const { connectionId, reconnectionToken } = await first.frame();
    live.pubsub.drop(connectionId);
    await first.closed;
    await live.service.group("g").sendToAll("short", { messageTtlSeconds: 10 });
    await live.service.group("g").sendToAll("long", { messageTtlSeconds: 40 });
    await live.advance(20_000);
    const recovery = `${url}&awps_connection_id=${connectionId}&awps_reconnection_token=${reconnectionToken}`;
    const second = await dial(recovery, ["json.reliable.webpubsub.azure.v1"]);
    expect(await second.frame()).toMatchObject({ type: "message", data: "long", sequenceId: 2 });
    second.socket.terminate();
  });

  test("forgets what was acknowledged, and repeats the rest to whoever comes with the token", async () => {
    const { url } = await live.service.getClientAccessToken({ groups: ["g"] });
    const first = await dial(url, ["json.reliable.webpubsub.azure.v1"]);
    const { connectionId, reconnectionToken } = await first.frame();
    for (const n of [1, 2, 3]) await live.service.group("g").sendToAll(n);
    for (const n of [1, 2, 3]) expect(await first.frame()).toMatchObject({ sequenceId: n, data: n });
    first.socket.send(JSON.stringify({ type: "sequenceAck", sequenceId: 2 }));
    first.socket.send(JSON.stringify({ type: "ping" }));
    expect(await first.frame()).toEqual({ type: "pong" });
    const recovery = `${url}&awps_connection_id=${connectionId}&awps_reconnection_token=${reconnectionToken}`;
    // The old socket is still open, as after a silent loss: the new one takes its place.
    const second = await dial(recovery, ["json.reliable.webpubsub.azure.v1"]);
    expect(await first.closed).toBe(1006);
    // The service need not greet again, and a client must not wait for that.
    expect(await second.frame()).toMatchObject({ sequenceId: 3 });
    second.socket.terminate();
  });

  test("accepts a recovery that is unknown, wrong or too late, and closes it with 1008", async () => {
    const { url } = await live.service.getClientAccessToken();
    const first = await dial(url, ["json.reliable.webpubsub.azure.v1"]);
    const { connectionId, reconnectionToken } = await first.frame();
    const recover = async (id: string, token: string) => {
      const { status, closed } = await dial(`${url}&awps_connection_id=${id}&awps_reconnection_token=${token}`);
      return [status, await closed];
    };
    live.pubsub.drop(connectionId);
    await first.closed;
    // From when the service sees it on, there is half a minute.
    await expect.poll(() => live.parts.clock.nextDue).toBeDefined();
    expect(await recover("unknown", reconnectionToken)).toEqual([101, 1008]);
    expect(await recover(connectionId, "wrong")).toEqual([101, 1008]);
    await live.advance(minute);
    expect(await recover(connectionId, reconnectionToken)).toEqual([101, 1008]);
    expect(live.pubsub.connections("live")).toEqual([]);
  });

  test("recovers with the connection's id and its reconnection token alone, as documented", async () => {
    const { baseUrl, url } = await live.service.getClientAccessToken({ groups: ["g"] });
    const reliable = ["json.reliable.webpubsub.azure.v1"];
    const first = await dial(url, reliable);
    const { connectionId, reconnectionToken } = await first.frame();
    const recover = async (query: string, protocols = reliable) => {
      live.pubsub.drop(connectionId);
      return dial(`${baseUrl}?${query}`, protocols);
    };
    const right = `awps_connection_id=${connectionId}&awps_reconnection_token=${reconnectionToken}`;
    const second = await recover(right);
    await live.service.group("g").sendToAll("again");
    expect(await second.frame()).toMatchObject({ sequenceId: 1, data: "again" });
    // The other form of the address, and the hub's name in another case.
    const third = await dial(`${baseUrl.replace("/hubs/live", "/")}?hub=LIVE&${right}`, reliable);
    expect(await third.frame()).toMatchObject({ sequenceId: 1, data: "again" });

    const refused = [
      `awps_connection_id=${connectionId}`,
      `awps_connection_id=${connectionId}&awps_reconnection_token=`,
      `awps_connection_id=${connectionId}&awps_reconnection_token=${reconnectionToken}x`,
      `awps_connection_id=other&awps_reconnection_token=${reconnectionToken}`,
    ];
    for (const query of refused) {
      const { status, closed } = await recover(query);
      expect([query, status, await closed]).toEqual([query, 101, 1008]);
    }
    expect((await recover(`${right}&access_token=forged`)).status).toBe(401);
    expect((await recover(`awps_reconnection_token=${reconnectionToken}`)).status).toBe(401);
    const plain = await recover(right, ["json.webpubsub.azure.v1"]);
    expect(await plain.closed).toBe(1008);
    expect(live.pubsub.connections("live")).toHaveLength(1);
    second.socket.terminate();
    third.socket.terminate();
  });

  test("gives up a client that leaves 16 MB unacknowledged", async () => {
    const { url } = await live.service.getClientAccessToken({ groups: ["g"] });
    const { frame, closed } = await dial(url, ["json.reliable.webpubsub.azure.v1"]);
    await frame();
    const million = "x".repeat(1_000_000);
    for (let n = 0; n < 17; n++) await live.service.group("g").sendToAll(million, { contentType: "text/plain" });
    expect(await closed).toBe(1008);
  });

  test("gives up a client that leaves a thousand messages unacknowledged", async () => {
    const { url } = await live.service.getClientAccessToken({ groups: ["g"] });
    const { frame, closed, socket } = await dial(url, ["json.reliable.webpubsub.azure.v1"]);
    await frame();
    const access = { groups: ["g"], roles: ["webpubsub.sendToGroup"] };
    const busy = await live.open(access);
    for (let n = 0; n <= 1000; n++)
      await busy.client.sendToGroup("g", n, "json", { noEcho: true, fireAndForget: true });
    expect(await closed).toBe(1008);
    socket.terminate();
  });
});

test("a service that was started with nothing of the one before makes clients start afresh at once", async () => {
  // A port that nobody else is given meanwhile.
  const before = await startService({ port: await freePorts() });
  const screen = await before.open({ groups: ["g"] });
  const { port, connectionString } = before.pubsub;
  await before.pubsub.close();
  const key = /AccessKey=([^;]+)/.exec(connectionString)?.[1] ?? "";
  const again = await startService({ port, key });
  await screen.until(3);
  expect(screen.seen.map(({ kind }) => kind)).toEqual(["connected", "disconnected", "connected"]);
  await again.service.group("g").sendToAll("back");
  await screen.until(4);
  await before.close();
  await again.close();
});

test("with the plain protocol a broken socket ends the connection, and what was sent meanwhile is lost", async () => {
  const screen = await live.open({ groups: ["g"] }, { protocol: WebPubSubJsonProtocol() });
  live.pubsub.drop(screen.id);
  await screen.until(3);
  expect(screen.seen.map(({ kind }) => kind)).toEqual(["connected", "disconnected", "connected"]);
  await expect
    .poll(() => live.pubsub.connections("live").map(({ connectionId }) => connectionId))
    .toEqual([screen.seen[2]?.connectionId]);
});

describe("an upgrade is refused", () => {
  test("without a token, with a bad, expired or foreign one", async () => {
    const { baseUrl, token } = await live.service.getClientAccessToken();
    const status = async (url: string) => (await dial(url)).status;
    expect(await status(baseUrl)).toBe(401);
    expect(await status(`${baseUrl}?access_token=${token}x`)).toBe(401);
    expect(await status(`${baseUrl.replace("live", "other")}?access_token=${token}`)).toBe(401);
    // Five minutes after its expiry it is still taken, since clocks differ: as in Microsoft's emulator.
    await live.advance(64 * minute);
    expect(await status(`${baseUrl}?access_token=${token}`)).toBe(101);
    await live.advance(2 * minute);
    expect(await status(`${baseUrl}?access_token=${token}`)).toBe(401);
  });

  test("with a group that there cannot be, in the token or for all that it sends", async () => {
    const [long, longest] = ["g".repeat(1025), "g".repeat(1024)];
    // The SDK makes tokens by itself, and asks nobody.
    const { url } = await live.service.getClientAccessToken({ groups: ["g", long] });
    expect((await dial(url)).status).toBe(400);
    expect(live.parts.warned.at(-1)).toContain("this one has 1025");
    const good = await live.service.getClientAccessToken({ groups: [longest], roles: ["webpubsub.sendToGroup"] });
    expect((await dial(`${good.url}&webpubsub_mode=sendToGroup&group=${long}`, [])).status).toBe(400);
    const { socket, status } = await dial(good.url);
    expect([status, await live.service.groupExists(longest)]).toEqual([101, true]);
    socket.terminate();
  });

  test("with claims that are no texts, and before its time", async () => {
    const key = /AccessKey=([^;]+)/.exec(live.pubsub.connectionString)?.[1] ?? "";
    const aud = `${live.pubsub.endpoint}/client/hubs/live`;
    const exp = Math.floor(live.parts.clock.now() / 1000) + 60;
    const with_ = async (claims: object) => {
      const signed = ["HS256", claims].map((part) => (part === "HS256" ? { alg: part } : { aud, exp, ...claims }));
      const text = signed.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
      const signature = createHmac("sha256", key).update(text).digest("base64url");
      const { socket, status } = await dial(`${aud.replace("http", "ws")}?access_token=${text}.${signature}`);
      socket.terminate();
      return status;
    };
    expect(await with_({ sub: "ann", role: "webpubsub.sendToGroup", "webpubsub.group": ["g"], nbf: exp - 60 })).toBe(
      101,
    );
    for (const wrong of [
      { sub: 5 },
      { role: ["webpubsub.sendToGroup", 5] },
      { role: { name: "webpubsub.sendToGroup" } },
      { nbf: "soon" },
      { nbf: exp + 5 * 60 },
      { exp: exp - 60 - 5 * 60 },
      { exp: String(exp) },
      { aud: aud.replace("live", "other") },
    ])
      expect([wrong, await with_(wrong)]).toEqual([wrong, 401]);
  });

  test("at another path", async () => {
    const { url, token } = await live.service.getClientAccessToken();
    expect((await dial(url.replace("/client/hubs/live", "/elsewhere"))).status).toBe(404);
    const other = await dial(url.replace(/\/client.*/, `/client/?hub=live&access_token=${token}`));
    expect(other.status).toBe(101);
    other.socket.terminate();
  });

  test("beyond the number of connections of the tier", async () => {
    const small = await startService({ maxConnections: 1 });
    const { client, until } = await small.open({}, { autoReconnect: false });
    const { url } = await small.service.getClientAccessToken();
    expect((await dial(url)).status).toBe(429);
    client.stop();
    await until(3);
    await expect.poll(() => small.pubsub.connections("live")).toEqual([]);
    const next = await dial(url);
    expect(next.status).toBe(101);
    next.socket.terminate();
    await small.close();
  });
});

describe("a client that is not emulated is told so in its own protocol, and the log once:", () => {
  const warnings = () => live.parts.warned.filter((message) => message.includes("not emulated"));

  const connect = (path: string, protocols: string[]) =>
    dial(live.pubsub.endpoint.replace("http", "ws") + path, protocols);

  test("Socket.IO over a WebSocket and by polling, in both of its versions", async () => {
    const words = { message: expect.stringContaining("Socket.IO clients are not emulated") };
    const path = "/clients/socketio/hubs/live/?EIO=4&transport=websocket";
    const client = await connect(path, []);
    expect((await client.next()).toString()).toMatch(/^0\{"sid":/);
    for (const [asked, answer] of [
      ["40", "44"],
      ["40/chat,{}", "44/chat,"],
    ] as const) {
      client.socket.send(asked);
      const packet = (await client.next()).toString();
      expect([packet.slice(0, answer.length), JSON.parse(packet.slice(answer.length))]).toEqual([answer, words]);
    }
    client.socket.terminate();
    const old = await connect("/socket.io/?EIO=3&transport=websocket", []);
    await old.next();
    expect((await old.next()).toString()).toBe(`44${JSON.stringify(warnings()[0])}`);
    old.socket.terminate();

    const polling = `${live.pubsub.endpoint}/clients/socketio/hubs/live/?EIO=4&transport=polling`;
    const open = await fetch(polling);
    expect([open.status, open.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    const { sid, upgrades } = JSON.parse((await open.text()).slice(1)) as { sid: string; upgrades: string[] };
    expect(upgrades).toEqual([]);
    expect(await (await fetch(`${polling}&sid=${sid}`, { method: "POST", body: "40" })).text()).toBe("ok");
    expect(JSON.parse((await (await fetch(`${polling}&sid=${sid}`)).text()).slice(2))).toEqual(words);
    expect(warnings()).toHaveLength(1);
  });

  test("who does not go by itself then is put off: they have shown no token", async () => {
    const silent = [
      await connect("/clients/mqtt/hubs/live", ["mqtt"]),
      await connect("/clients/socketio/hubs/live/?EIO=4&transport=websocket", []),
    ];
    await live.advance(20_000);
    for (const { closed } of silent) expect(await closed).toBe(1006);
  });

  test("MQTT in versions 3.1.1 and 5", async () => {
    const tail = [2, 0, 60, 0, 4, 1, 2, 3, 4];
    const asking = (level: number) => Buffer.from([0x10, 16, 0, 4, ...Buffer.from("MQTT"), level, ...tail]);
    const ask = async (path: string, ...pieces: Buffer[]) => {
      const { status, socket, next, closed } = await connect(path, ["mqtt"]);
      expect([status, socket.protocol]).toEqual([101, "mqtt"]);
      for (const piece of pieces) socket.send(piece);
      const answer = await next();
      expect(await closed).toBe(1008);
      return answer;
    };
    const unavailable = Buffer.from([0x20, 2, 0, 3]);
    expect(await ask("/clients/mqtt/hubs/live", asking(4))).toEqual(unavailable);
    // Libraries send the packet in pieces.
    const answer = await ask("/client/hubs/live", ...[...asking(5)].map((byte) => Buffer.from([byte])));
    // The packet, two bytes of length, no session, the reason, two bytes of length, and the words as property 0x1f.
    expect([answer[0], answer[3], answer[4], answer[7]]).toEqual([0x20, 0, 0x83, 0x1f]);
    expect(answer.readUInt16BE(8)).toBe(answer.length - 10);
    expect(answer.subarray(10).toString()).toBe(warnings()[0]);
    expect(await ask("/client/hubs/live", Buffer.from("hello"))).toEqual(unavailable);
    expect((await fetch(`${live.pubsub.endpoint}/clients/mqtt/hubs/live`)).status).toBe(400);
    expect(warnings()).toHaveLength(1);
  });
});

test("an unknown subprotocol is let in without one, as by the service, and the log says so once", async () => {
  const { url } = await live.service.getClientAccessToken({ groups: ["g"] });
  const handshake = async (offer: string) => {
    const { host, pathname, search, port } = new URL(url);
    const request = get({
      ...{ host: "127.0.0.1", port, path: pathname + search },
      headers: {
        ...{ host, connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
        ...{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-protocol": offer },
      },
    });
    const [response, socket] = (await once(request, "upgrade")) as [IncomingMessage, Socket];
    socket.destroy();
    return [response.statusCode, response.headers["sec-websocket-protocol"]];
  };
  expect(await handshake("chat.example")).toEqual([101, undefined]);
  expect(await handshake("chat.example, other.example")).toEqual([101, undefined]);
  expect(await handshake("chat.example, json.webpubsub.azure.v1")).toEqual([101, "json.webpubsub.azure.v1"]);
  expect(await handshake("JSON.Webpubsub.azure.v1")).toEqual([101, "JSON.Webpubsub.azure.v1"]);
  const both = ["json.webpubsub.azure.v1", "json.reliable.webpubsub.azure.v1"];
  for (const order of [both, both.toReversed()]) expect(await handshake(order.join(", "))).toEqual([101, order[0]]);
  // A browser, and `ws`, close such a connection themselves.
  expect((await dial(url, ["chat.example"])).status).toBe(0);
  expect(live.parts.warned.filter((message) => message.includes("'chat.example'"))).toHaveLength(1);
  expect(live.parts.warned.filter((message) => message.includes("'other.example'"))).toHaveLength(1);
});

describe("a client without a subprotocol", () => {
  test("that sends where no event handler is is closed with 1011, and the log says so once", async () => {
    const { url } = await live.service.getClientAccessToken();
    for (const _ of [1, 2]) {
      const { socket, closed } = await dial(url, []);
      socket.send("hello");
      expect(await closed).toBe(1011);
    }
    expect(live.parts.warned.filter((message) => message.includes("event handler"))).toHaveLength(1);
  });

  test("may send all it has to one group, with the role for it", async () => {
    const listener = await live.open({ groups: ["g"] });
    const mode = "&webpubsub_mode=sendToGroup&group=g";
    const { url } = await live.service.getClientAccessToken({ userId: "ann", roles: ["webpubsub.sendToGroup.g"] });
    const sender = await dial(url + mode, []);
    sender.socket.send("text");
    sender.socket.send(new Uint8Array([1, 2]));
    await listener.until(3);
    expect(listener.seen.slice(1)).toEqual([
      { kind: "group", group: "g", fromUserId: "ann", data: "text" },
      { kind: "group", group: "g", fromUserId: "ann", data: new Uint8Array([1, 2]).buffer },
    ]);
    const { url: without } = await live.service.getClientAccessToken();
    const mute = await dial(without + mode, []);
    mute.socket.send("text");
    expect(await mute.closed).toBe(1008);
    const both = await live.service.getClientAccessToken({ groups: ["g"], roles: ["webpubsub.sendToGroups.?"] });
    const quiet = await dial(`${both.url}&webpubsub_mode=SendToGroup&group=g&noEcho=true`, []);
    quiet.socket.send("quiet");
    await listener.until(4);
    await live.parts.work.idle();
    expect(live.parts.warned).toEqual([expect.stringContaining("may not send to the group g")]);
    expect(listener.data().at(-1)).toBe("quiet");
    await live.service.group("g").sendToAll("loud", { contentType: "text/plain" });
    expect((await quiet.next()).toString()).toBe("loud");
    quiet.socket.terminate();
    expect((await dial(`${url}${mode}&noEcho=maybe`, [])).status).toBe(400);
    expect((await dial(`${url}&webpubsub_mode=sendToGroup`, [])).status).toBe(400);
    expect((await dial(`${url}&webpubsub_mode=sing`, [])).status).toBe(400);
    // Checked also for a client that it does not matter to.
    expect((await dial(`${url}&webpubsub_mode=sing`)).status).toBe(400);
    const last = await dial(`${url}&webpubsub_mode=sing&webpubsub_mode=sendToGroup&group=h&group=g`, []);
    last.socket.send("of several the last counts");
    await listener.until(6);
    expect(listener.data().at(-1)).toBe("of several the last counts");
    last.socket.terminate();
    sender.socket.terminate();
  });
});

test("a client is told its user, and null if it has none", async () => {
  for (const userId of ["ann", undefined]) {
    const { url } = await live.service.getClientAccessToken(userId === undefined ? {} : { userId });
    const { frame, socket } = await dial(url);
    expect(await frame()).toEqual({
      ...{ type: "system", event: "connected", userId: userId ?? null },
      connectionId: expect.any(String),
    });
    socket.terminate();
  }
});

test("a client without a subprotocol gets the bare data", async () => {
  const { url } = await live.service.getClientAccessToken({ groups: ["g"] });
  const { frame, socket } = await dial(url, []);
  await live.service.group("g").sendToAll({ bare: true });
  expect(await frame()).toEqual({ bare: true });
  socket.terminate();
});

test("what a client sends after an invocation or a stream that was refused is no reason to close", async () => {
  const { url } = await live.service.getClientAccessToken();
  const { frame, socket } = await dial(url);
  await frame();
  for (const type of ["cancelInvocation", "invokeResponse"]) socket.send(JSON.stringify({ type, invocationId: "1" }));
  for (const type of ["streamData", "streamEnd"]) socket.send(JSON.stringify({ type, streamId: "1" }));
  socket.send(JSON.stringify({ type: "ping" }));
  expect(await frame()).toEqual({ type: "pong" });
  socket.terminate();
});

test("a stream is refused in words to who begins it", async () => {
  const { client, seen } = await live.open({ roles: ["webpubsub.sendToGroup.g"] });
  await expect(client.openGroupStream("g")).rejects.toThrow(/not emulated/);
  await expect(client.openGroupStream("h")).rejects.toThrow(/webpubsub.sendToGroup.h/);
  expect(seen.map(({ kind }) => kind)).toEqual(["connected"]);
});

test("what comes to nothing without an ackId is told to the log", async () => {
  const { url } = await live.service.getClientAccessToken();
  const { frame, socket } = await dial(url);
  await frame();
  for (const wrong of [
    { type: "joinGroup", group: "g" },
    { type: "sendToGroup", group: "g", data: 1 },
    { type: "event", event: "e", data: 1, ackId: null },
  ])
    socket.send(JSON.stringify(wrong));
  socket.send(JSON.stringify({ type: "ping" }));
  expect(await frame()).toEqual({ type: "pong" });
  socket.terminate();
  for (const words of ["joinGroup .*role", "sendToGroup .*role", "event .*No event handler"])
    expect(live.parts.warned).toContainEqual(expect.stringMatching(`A client's ${words}`));
});
