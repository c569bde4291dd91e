import { X509Certificate } from "node:crypto";
import { get, request as httpRequest } from "node:http";
import { Agent, get as getSecurely } from "node:https";
import { connect } from "node:net";
import { CosmosClient } from "@azure/cosmos";
import { expect, test } from "vitest";
import { makeCertificate } from "../../../local/kernel/certificate.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { createLog } from "../../../local/kernel/log.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { startStack } from "./stack.ts";

/** The certificate as anybody can get it. */
const certificateOf = async (endpoint: string): Promise<string> =>
  (await fetch(new URL("/_explorer/emulator.pem", endpoint))).text();

test("https is served on the same port, to clients that trust the certificate, and the account answers with https", async () => {
  const { cosmos, container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1", note: "x".repeat(200_000) });
  const agent = new Agent({ ca: await certificateOf(cosmos.endpoint), keepAlive: true });
  for (const name of ["localhost", "127.0.0.1"]) {
    const endpoint = `https://${name}:${cosmos.port}/`;
    const client = new CosmosClient({ endpoint, key: cosmos.key, agent });
    const { resource: account } = await client.getDatabaseAccount();
    expect(account?.writableLocations[0]?.databaseAccountEndpoint).toBe(endpoint);
    const orders = client.database("crema").container("orders");
    expect((await orders.item("o1", "s1").read()).resource?.note).toHaveLength(200_000);
    await orders.items.upsert({ id: "o2", storeId: "s1", note: "y".repeat(500_000) });
    client.dispose();
  }
  agent.destroy();
  expect((await container.item("o2", "s1").read()).resource?.note).toHaveLength(500_000);
});

test("who does not trust the certificate is told how to, once", async () => {
  const told: string[] = [];
  let heard = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const log = createLog(({ message }) => {
    told.push(message);
    heard();
  }, "warn");
  const { cosmos } = await startStack({ log });
  const refused = (): Promise<Error> =>
    new Promise((resolve) =>
      getSecurely(`https://127.0.0.1:${cosmos.port}/`, { agent: new Agent() }).on("error", resolve),
    );
  expect((await refused()).message).toContain("self-signed certificate");
  await first;
  await refused();
  expect(told).toEqual([expect.stringContaining(`curl ${cosmos.endpoint}_explorer/emulator.pem`)]);
  expect(told[0]).toContain("NODE_EXTRA_CA_CERTS");
});

test("the certificate stays with the data, and is made anew when there are more names", async () => {
  const store = openMemoryStore();
  const first = await startStack({ store });
  const certificate = await certificateOf(first.cosmos.endpoint);
  await first.stop();
  const second = await startStack({ store });
  expect(await certificateOf(second.cosmos.endpoint)).toBe(certificate);
  await second.stop();
  const third = await startStack({ store, names: ["stand.local"] });
  const made = new X509Certificate(await certificateOf(third.cosmos.endpoint));
  expect(made.checkHost("stand.local")).toBe("stand.local");
});

test("a certificate is good for its names and addresses, and for nothing it could sign", () => {
  const { cert } = makeCertificate(["localhost", "127.0.0.1", "::1", "fe80::1:2"], secureIds);
  const read = new X509Certificate(cert);
  expect(read.checkHost("localhost")).toBe("localhost");
  expect(read.checkHost("elsewhere")).toBeUndefined();
  for (const address of ["127.0.0.1", "::1", "fe80::1:2"]) expect(read.checkIP(address)).toBe(address);
  expect(read.checkIP("10.0.0.1")).toBeUndefined();
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.ca).toBe(false);
});

test("http on a port with both schemes is as it was: slow first bytes, keep-alive, and ends of connections", async () => {
  const { cosmos, stop } = await startStack();
  const socket = connect(cosmos.port, "127.0.0.1");
  const answered = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
  socket.write("G");
  await fetch(cosmos.endpoint);
  socket.write("ET /_explorer/emul");
  await fetch(cosmos.endpoint);
  socket.write(`ator.pem HTTP/1.1\r\nHost: 127.0.0.1:${cosmos.port}\r\n\r\n`);
  expect(await answered).toContain("200 OK");
  const status = await new Promise<number | undefined>((resolve) => {
    const sent = httpRequest(new URL("/dbs", cosmos.endpoint), { method: "POST" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.write("{");
    sent.write(" ".repeat(100_000));
    sent.end("}");
  });
  expect(status).toBe(401);
  const silent = connect(cosmos.port, "127.0.0.1");
  const ended = new Promise((resolve) => silent.once("close", resolve).on("error", () => undefined));
  await new Promise<void>((resolve) => silent.once("connect", () => resolve()));
  await new Promise<void>((resolve) => get(cosmos.endpoint, (answer) => answer.resume().once("end", () => resolve())));
  await stop();
  await ended;
});
