import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { WebPubSubJsonProtocol } from "@azure/web-pubsub-client";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { freePorts } from "../../free-ports.ts";
import { openScreen, startService } from "./harness.ts";

const folder = mkdtempSync(join(tmpdir(), "crema-webpubsub-"));
let child: ChildProcess | undefined;
afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the service in a process of its own, at a port that nobody else is given while it is killed and started again. */
async function start(handler: string, port: number) {
  const file = fileURLToPath(new URL("service-process.ts", import.meta.url));
  const started = spawn(process.execPath, [file, folder, String(port), handler], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  const [line] = (await once(started.stdout, "data")) as [Buffer];
  const running = JSON.parse(line.toString()) as { connectionString: string; port: number };
  const service = new WebPubSubServiceClient(running.connectionString, "live", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  return { ...running, service };
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** An event handler that notes of whom it hears what. */
async function handler() {
  const heard: string[] = [];
  const told: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    response.writeHead(200, { "webhook-allowed-origin": "*" });
    let body = "";
    for await (const chunk of request) body += chunk;
    response.end();
    if (request.method !== "POST") return;
    const { reason = "" } = JSON.parse(body) as { reason?: string };
    heard.push(`${request.headers["ce-userid"]} ${request.headers["ce-eventname"]} ${reason}`.trim());
    for (const resolve of told.splice(0)) resolve();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const until = async (count: number) => {
    while (heard.length < count) await new Promise<void>((resolve) => told.push(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, until };
}

const reliable = "json.reliable.webpubsub.azure.v1";

/** A client written by hand, frame by frame. */
async function dial(url: string) {
  const socket = new WebSocket(url, [reliable]);
  const frames: unknown[] = [];
  let wake: (() => void) | undefined;
  socket.on("message", (data) => {
    frames.push(JSON.parse(String(data)));
    wake?.();
  });
  socket.on("error", () => undefined);
  await once(socket, "open");
  const next = async () => {
    while (frames.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return frames.shift() as Record<string, unknown>;
  };
  return { socket, next, say: (frame: object) => socket.send(JSON.stringify(frame)) };
}

test("killed while messages are sent, twice, a client of the SDK goes on as if nothing had been: all that was accepted comes once and in order", async () => {
  const hook = await handler();
  const { port, service } = await start(hook.url, await freePorts());
  const roles = ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup.h"];
  const ann = await openScreen(service, { userId: "ann", groups: ["g"], roles });
  // The next one is told of beside it.
  await hook.until(1);
  const bob = await openScreen(service, { userId: "bob" }, { protocol: WebPubSubJsonProtocol(), autoReconnect: false });
  onTestFinished(() => {
    ann.client.stop();
    bob.client.stop();
  });
  await ann.client.joinGroup("h");
  await service.grantPermission(ann.id, "sendToGroup", { targetName: "granted" });
  await hook.until(2);
  const accepted: number[] = [];
  const sending = async (by: WebPubSubServiceClient, from: number) => {
    for (let n = from; n < from + 5000; n++) {
      await by.group("g").sendToAll(n);
      accepted.push(n);
    }
  };
  const killedWhile = async (by: WebPubSubServiceClient, from: number) => {
    const cut = expect(sending(by, from)).rejects.toThrow();
    while (accepted.filter((n) => n >= from).length < 50) await new Promise(setImmediate);
    await kill();
    await cut;
  };
  await killedWhile(service, 0);
  const second = await start(hook.url, port);
  await hook.until(3);
  const hears = async (by: WebPubSubServiceClient, text: string) => {
    await by.group("h").sendToAll(text, { contentType: "text/plain" });
    while (!ann.data().includes(text)) await ann.until(ann.seen.length + 1);
  };
  await hears(second.service, "back");
  await ann.client.sendToGroup("h", "to myself", "text");
  await ann.client.sendToGroup("granted", "may", "text");
  await killedWhile(second.service, 10_000);
  const third = await start(hook.url, port);
  await hears(third.service, "the end");
  const numbers = ann.data().filter((data) => typeof data === "number");
  expect(numbers.filter((n) => accepted.includes(n))).toEqual(accepted);
  // What was under way when the process ended may have come; nothing came twice or out of its turn.
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(ann.data().filter((data) => data === "to myself")).toHaveLength(1);
  expect(ann.seen.filter(({ kind }) => kind === "connected" || kind === "disconnected")).toHaveLength(1);
  expect(hook.heard).toEqual(["ann connected", "bob connected", "bob disconnected The service was restarted."]);
});

test("killed while a client is away, what it had not acknowledged waits for it, in the half minute of the clock", async () => {
  const { port, service } = await start("http://127.0.0.1:1", await freePorts());
  const { url, baseUrl } = await service.getClientAccessToken({ groups: ["g"], userId: "ann" });
  const first = await dial(url);
  const { connectionId, reconnectionToken } = await first.next();
  const text = { contentType: "text/plain" } as const;
  for (const message of ["a", "b"]) await service.group("g").sendToAll(message, text);
  expect([await first.next(), await first.next()]).toMatchObject([{ sequenceId: 1 }, { sequenceId: 2 }]);
  first.say({ type: "sequenceAck", sequenceId: 1 });
  first.say({ type: "ping" });
  await first.next();
  first.socket.terminate();
  await service.group("g").sendToAll("c", { ...text, messageTtlSeconds: 300 });
  await service.sendToUser("ann", { d: [1] });
  await kill();
  const again = await start("http://127.0.0.1:1", port);
  const recovery = `${baseUrl}?awps_connection_id=${connectionId}&awps_reconnection_token=${reconnectionToken}`;
  const second = await dial(recovery);
  const group = { type: "message", from: "group", group: "g", dataType: "text" };
  expect([await second.next(), await second.next(), await second.next()]).toEqual([
    { ...group, data: "b", sequenceId: 2 },
    { ...group, data: "c", sequenceId: 3 },
    { type: "message", from: "server", dataType: "json", data: { d: [1] }, sequenceId: 4 },
  ]);
  await again.service.group("g").sendToAll("e", text);
  const { sequenceId } = await second.next();
  expect(Number(sequenceId)).toBeGreaterThan(4);
  second.socket.terminate();
});

test("after a restart a connection that nobody takes up is over half a minute later, and nothing is kept of it", async () => {
  const live = await startService();
  live.parts.clock.hold();
  const { url } = await live.service.getClientAccessToken({ groups: ["g"], userId: "ann" });
  const { socket } = await dial(url);
  await live.service.sendToAll("x", { contentType: "text/plain" });
  await live.pubsub.close();
  socket.terminate();
  const again = await startService({}, live.parts);
  onTestFinished(() => again.close());
  expect(again.pubsub.connections("live")).toMatchObject([{ userId: "ann", groups: ["g"] }]);
  expect(again.pubsub.meters.connections).toBe(1);
  await again.advance(29_999);
  expect(await again.service.userExists("ann")).toBe(true);
  await again.advance(1);
  expect(await again.service.userExists("ann")).toBe(false);
  // The next commit takes what is left of it.
  const { url: other } = await again.service.getClientAccessToken();
  const { socket: last, next } = await dial(other);
  await next();
  expect(again.parts.store.tables().sort()).toEqual(["webpubsub/connections", "webpubsub/settings"]);
  last.terminate();
});

test("after a restart a connection is in the groups that it was in at last, and has nothing again that it had acknowledged, though another has not", async () => {
  const live = await startService();
  const { url } = await live.service.getClientAccessToken({ groups: ["g", "left"] });
  const [first, other] = [await dial(url), await dial(url)];
  const { connectionId, reconnectionToken } = await first.next();
  const { connectionId: otherId } = await other.next();
  await live.service.group("left").removeConnection(String(connectionId));
  for (const n of [1, 2, 3]) await live.service.group("g").sendToAll(n);
  for (const n of [1, 2, 3]) expect(await first.next()).toMatchObject({ data: n });
  first.say({ type: "sequenceAck", sequenceId: 2 });
  first.say({ type: "ping" });
  await first.next();
  await live.pubsub.close();
  for (const { socket } of [first, other]) socket.terminate();
  const again = await startService({}, live.parts);
  onTestFinished(() => again.close());
  const groups = again.pubsub.connections("live").map((each) => [each.connectionId, each.groups]);
  expect(Object.fromEntries(groups)).toEqual({ [String(connectionId)]: ["g"], [String(otherId)]: ["g", "left"] });
  const { url: fresh } = await again.service.getClientAccessToken();
  const back = await dial(`${fresh}&awps_connection_id=${connectionId}&awps_reconnection_token=${reconnectionToken}`);
  expect(await back.next()).toMatchObject({ data: 3 });
  back.socket.terminate();
});
