import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takeBothSchemes } from "../../../local/kernel/both-schemes.ts";
import { makeCertificate } from "../../../local/kernel/certificate.ts";
import { secureIds } from "../../../local/kernel/ids.ts";

/** A server that gives its clients this many ms. */
async function serving(timeout: number): Promise<number> {
  const server = createServer((_request, response) => response.end("here"));
  const certificate = makeCertificate(["localhost", "127.0.0.1"], secureIds);
  const end = takeBothSchemes(server, { certificate: () => certificate, timeout });
  closing.push(() => {
    server.close();
    server.closeAllConnections();
    end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const closing: (() => void)[] = [];
/** Of a server whose time is over soon, and of one that gives even a slow machine enough for a handshake. */
let hasty = 0;
let patient = 0;
beforeAll(async () => {
  [hasty, patient] = await Promise.all([serving(500), serving(5_000)]);
});
afterAll(() => {
  for (const close of closing) close();
});

/** A client that has sent these bytes; what it is told is read, or it would not learn of the end. */
const client = (bytes: number[], port = hasty) => {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  if (bytes.length > 0) socket.write(Buffer.from(bytes));
  return socket.resume();
};
/** However the connection ends. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));
const hello = [0x16, 3, 1, 2, 0, 1];

// They wait at the same time.
test.concurrent.each([
  ["says nothing", []],
  ["begins a handshake and stops", hello],
  ["has sent what is no handshake", [0x16, 9, 9, 9, 9, 9, 9, 9]],
])("who %s is put off", async (_, bytes) => {
  await closed(client(bytes));
});

test.concurrent("who sends a handshake byte by byte has no longer than others", async () => {
  const socket = client(hello);
  const more = setInterval(() => socket.write(Buffer.from([1])), 10);
  await closed(socket);
  clearInterval(more);
});

test.concurrent("who has ended the handshake may be silent for longer: what a request may take is the server's to say", async () => {
  const silent = connectSecurely({ port: patient, host: "127.0.0.1", rejectUnauthorized: false }).resume();
  await once(silent, "secureConnect");
  // Of two that began, the later one is put off, so the time of the first is over as well.
  await closed(client(hello, patient));
  const answered = once(silent, "data");
  silent.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  expect(String(await answered)).toContain("200 OK");
  silent.destroy();
});

test("a connection over TLS that became one of WebSockets came to something", async () => {
  const untrusted: string[] = [];
  const upgraded = Promise.withResolvers<void>();
  const upgrading = createServer().on("upgrade", (_request, socket) => {
    socket.resume().once("close", upgraded.resolve);
    socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  });
  const certificate = makeCertificate(["localhost", "127.0.0.1"], secureIds);
  const endUpgrading = takeBothSchemes(upgrading, {
    ...{ certificate: () => certificate, timeout: 60_000 },
    untrusted: ({ message }) => void untrusted.push(message),
  });
  upgrading.listen(0, "127.0.0.1");
  await once(upgrading, "listening");
  const to = { port: (upgrading.address() as AddressInfo).port, host: "127.0.0.1", rejectUnauthorized: false };
  const silent = connectSecurely(to).resume();
  await once(silent, "secureConnect");
  silent.end();
  await closed(silent);
  expect(untrusted).toHaveLength(1);
  const asking = connectSecurely(to).resume();
  asking.write("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  await Promise.all([closed(asking), upgraded.promise]);
  await new Promise((done) => {
    upgrading.close(done);
    endUpgrading();
  });
  expect(untrusted).toHaveLength(1);
});
