import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Listening,
  type ListenOptions,
  listen,
  readBody,
  uncounted,
  urlOf,
} from "../../../local/kernel/http-server.ts";

const open: Listening[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A server that answers with the path it was asked for. */
async function start(options: Partial<ListenOptions> = {}): Promise<Listening> {
  const server = await listen({
    part: "test",
    handle: async (request, response) => {
      const length = (await readBody(request)).length;
      response.end(`${urlOf(request).pathname} ${length}`);
    },
    ...options,
  });
  open.push(server);
  return server;
}

async function dial({ server }: Listening): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** Sends text as it is and gives the whole answer. */
async function send(server: Listening, text: string): Promise<string> {
  const socket = await dial(server);
  socket.write(text);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const request = (head: string, target = "/") => `GET ${target} HTTP/1.1\r\n${head}connection: close\r\n\r\n`;

describe("a server answers to its own names only", () => {
  test.each([
    ["localhost", 200],
    ["LocalHost:7071", 200],
    ["127.0.0.1:1", 200],
    ["127.9.8.7", 200],
    ["[::1]:80", 200],
    ["[0:0:0:0:0:0:0:1]", 200],
    ["[::ffff:127.0.0.1]", 200],
    ["stand.example", 200],
    ["STAND.example:4281", 200],
    ["[fd00::5]:80", 200],
    ["evil.example", 421],
    ["localhost.evil.example", 421],
    ["127.0.0.1.evil.example", 421],
    ["stand.example.evil", 421],
    ["localhost.", 421],
    ["127.1", 421],
    ["0.0.0.0", 421],
    ["0x7f000001", 421],
    ["192.168.1.5", 421],
    ["[::2]", 421],
    ["[::ffff:10.0.0.1]", 421],
    ["::1", 421],
    ["localhost:80:80", 421],
    ["localhost:99999", 421],
    ["localhost@evil.example", 421],
    ["evil.example#localhost", 421],
    ["localhost/evil", 421],
    ["localhost, evil.example", 421],
    ["", 421],
  ])("Host: %s is answered %i", async (host, status) => {
    const server = await start({ names: ["Stand.example", "fd00::5"] });
    const answer = await send(server, request(`host: ${host}\r\n`));
    expect(statusOf(answer)).toBe(status);
    if (status === 421 && host !== "") expect(answer).toContain(JSON.stringify(host).slice(1, -1));
  });

  test("the words say which names there are", async () => {
    const answer = await send(await start({ names: ["stand.example"] }), request("host: evil.example\r\n"));
    expect(answer).toContain("localhost, loopback addresses and stand.example");
  });

  test("two of them, none, or one in another header do not get round it", async () => {
    const server = await start();
    expect(statusOf(await send(server, request("host: localhost\r\nhost: evil.example\r\n")))).toBe(421);
    expect(statusOf(await send(server, request("host: localhost\r\nHOST: localhost\r\n")))).toBe(421);
    expect(statusOf(await send(server, request("")))).toBe(400);
    expect(statusOf(await send(server, "GET / HTTP/1.0\r\n\r\n"))).toBe(421);
    expect(statusOf(await send(server, request("host: evil.example\r\nx-forwarded-host: localhost\r\n")))).toBe(421);
    expect(statusOf(await send(server, request("host: localhost\r\nx-forwarded-host: evil.example\r\n")))).toBe(200);
  });

  test("a target that is a whole address counts too, and leaves its path", async () => {
    const server = await start();
    const own = request("host: localhost\r\n", "http://127.0.0.1:5/a?b");
    expect(await send(server, own)).toMatch(/\/a 0$/);
    expect(statusOf(await send(server, request("host: localhost\r\n", "http://evil.example/a")))).toBe(421);
    expect(statusOf(await send(server, request("host: localhost\r\n", "http://localhost@evil.example/")))).toBe(421);
    expect(statusOf(await send(server, request("host: evil.example\r\n", "http://localhost/a")))).toBe(421);
    // A path that looks like an address stays a path.
    expect(await send(server, request("host: localhost\r\n", "//evil.example/a"))).toMatch(/\/\/evil\.example\/a 0$/);
  });

  test("a target that is neither a path nor such an address is refused in words", async () => {
    const server = await start({ upgrade: (_request, socket) => socket.end() });
    for (const target of ["*", "ftp://localhost/", "HTTP-x://localhost/", "localhost:80"]) {
      for (const more of ["", "connection: upgrade\r\nupgrade: websocket\r\n"]) {
        const answer = await send(server, request(`host: localhost\r\n${more}`, target));
        expect(statusOf(answer), target).toBe(400);
      }
    }
  });

  test("a socket that is to be upgraded is refused alike, whatever page opens it", async () => {
    const server = await start({ upgrade: (_request, socket) => socket.end("HTTP/1.1 299 Taken\r\n\r\n") });
    const upgrade = "connection: upgrade\r\nupgrade: websocket\r\norigin: http://site.example\r\n\r\n";
    expect(statusOf(await send(server, `GET / HTTP/1.1\r\nhost: evil.example\r\n${upgrade}`))).toBe(421);
    expect(statusOf(await send(server, `GET / HTTP/1.1\r\nhost: localhost\r\n${upgrade}`))).toBe(299);
  });
});

describe("a server is called by its own pages and by programs", () => {
  const from = (origin: string, method = "POST") =>
    `${method} / HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: ${origin}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;

  test("by any of its names, but not from another port, scheme or place", async () => {
    const server = await start({ names: ["stand.example"] });
    for (const name of ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "stand.example"])
      expect(statusOf(await send(server, from(`http://${name}:${server.port}`))), name).toBe(200);
    for (const origin of [
      `https://localhost:${server.port}`,
      "http://localhost:1",
      "http://localhost",
      "null",
      `http://evil.example:${server.port}`,
      `http://localhost:${server.port}.evil.example`,
      `http://localhost:${server.port}/`,
      `http://localhost@evil.example:${server.port}`,
      "",
    ])
      for (const method of ["POST", "GET", "OPTIONS", "PUT"])
        expect(statusOf(await send(server, from(origin, method))), `${method} ${origin}`).toBe(403);
  });

  test("a server for no pages takes none of its own either; one for all takes any", async () => {
    const none = await start({ origins: "none" });
    expect(statusOf(await send(none, from(`http://127.0.0.1:${none.port}`)))).toBe(403);
    expect(statusOf(await send(await start({ origins: "any" }), from("null")))).toBe(200);
  });
});

test("a path with an escape that is not UTF-8 is 400, before anything decodes it", async () => {
  const server = await start();
  for (const target of ["/%", "/a/%zz", "/%ff", "/%E0%A4%A", "//%"])
    expect(statusOf(await send(server, request("host: localhost\r\n", target))), target).toBe(400);
  expect(statusOf(await send(server, request("host: localhost\r\n", "/a?b=%")))).toBe(200);
});

test("what is too long or no HTTP is refused with a body that says so", async () => {
  const tooLong = request(`host: localhost\r\nx-long: ${"a".repeat(20_000)}\r\n`);
  const body = (answer: string) => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))) as Record<string, string>;
  const answer = await send(await start(), tooLong);
  expect([statusOf(answer), body(answer).message]).toEqual([431, expect.stringContaining("16384 bytes")]);
  const headersTooLong = { status: 400, code: "Odd", message: "Too long." };
  const own = await send(await start({ headersTooLong }), tooLong);
  expect([statusOf(own), body(own)]).toEqual([400, { code: "Odd", message: "Too long." }]);
  expect(statusOf(await send(await start({ maxHeaderSize: 64 * 1024 }), tooLong))).toBe(200);
  const garbage = await send(await start(), "GET / HTTP/1.1\r\nhost localhost\r\n\r\n");
  expect([statusOf(garbage), body(garbage).message]).toEqual([400, expect.stringContaining("HTTP request")]);
});

describe("requests that never end", () => {
  test("are not handed on, and others are answered meanwhile", async () => {
    const handled: string[] = [];
    const server = await start({
      handle: (asked, response) => {
        handled.push(asked.url ?? "");
        response.end();
      },
    });
    const half = "POST /half HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf";
    const chunked = "POST /chunked HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    const sockets: Socket[] = [];
    for (const text of [half, chunked, "POST /head HTTP/1.1\r\nhost: loc", ""]) {
      const socket = await dial(server);
      sockets.push(socket);
      if (text !== "") socket.write(text);
    }
    expect(statusOf(await send(server, request("host: localhost\r\n", "/whole")))).toBe(200);
    expect(handled).toEqual(["/whole"]);
    for (const socket of sockets) socket.destroy();
  });

  test("end by time-outs, all of which are set, and there is a cap on connections", async () => {
    const { server } = await start();
    expect(server.headersTimeout).toBeGreaterThan(0);
    expect(server.requestTimeout).toBeGreaterThanOrEqual(server.headersTimeout);
    expect(server.keepAliveTimeout).toBeGreaterThan(0);
    expect(server.maxConnections).toBeGreaterThan(0);
    // Answers may go on for hours: live pages, polls, sockets.
    expect(server.timeout).toBe(0);
  });

  test("a connection over the cap is closed at once and the others go on", async () => {
    const server = await start();
    server.server.maxConnections = 2;
    const [first, second] = [await dial(server), await dial(server)];
    const third = connect(server.port, "127.0.0.1");
    await once(third, "close");
    first.destroy();
    await once(first, "close");
    second.end(request("host: localhost\r\n"));
    const [answer] = await once(second, "data");
    expect(statusOf(String(answer))).toBe(200);
  });

  test("who is let in and stays does not count, until he goes", async () => {
    const server = await start({
      upgrade: (_request, socket) => {
        uncounted(server.server, socket);
        socket.resume().once("end", () => socket.destroy());
        socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      },
    });
    server.server.maxConnections = 1;
    const staying = await dial(server);
    staying.write("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    await once(staying, "data");
    expect(statusOf(await send(server, request("host: localhost\r\n")))).toBe(200);
    staying.destroy();
    await expect.poll(() => server.server.maxConnections).toBe(1);
  });

  test("a caller who goes away in the middle is no error", async () => {
    const failed: unknown[] = [];
    const server = await start({ failed: (error) => failed.push(error) });
    const gone = new Promise((resolve) =>
      server.server.once("connection", (accepted: Socket) => accepted.once("close", resolve)),
    );
    const socket = await dial(server);
    socket.write("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf");
    await once(server.server, "request");
    socket.destroy();
    await gone;
    await send(server, request("host: localhost\r\n"));
    expect(failed).toEqual([]);
  });
});

test("a body that is too long is read, dropped and answered 413", async () => {
  const server = await start({ bodyLimit: 5 });
  const post = (body: string) =>
    send(
      server,
      `POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  expect(await post("12345")).toMatch(/\/ 5$/);
  expect(statusOf(await post("123456"))).toBe(413);
  expect(statusOf(await post("x".repeat(300_000)))).toBe(413);
});

test("what comes behind a HEAD and cannot be read is answered without a body, as a HEAD is", async () => {
  const server = await start();
  const answer = await send(server, "HEAD / HTTP/1.1\r\nhost: localhost\r\n\r\n{}");
  expect(statusOf(answer)).toBe(400);
  expect(answer).toMatch(/\r\n\r\n$/);
});
