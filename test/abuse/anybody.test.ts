import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendRaw } from "../../tools/abuse/sent.ts";
import { services } from "../../tools/abuse/services.ts";
import { customerPhone, Stand } from "../system/stand.ts";

/** What somebody who has no account, or one page of theirs in somebody's browser, can try: against the whole stand, from outside. */

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
});
afterAll(() => stand.close());

const json = { "content-type": "application/json" };
const api = () => new URL(stand.azure.functions?.origin ?? "");
const answered = async () => (await fetch(`${stand.store}/queue`)).status;

/** A request from another address of this machine, as from another network. */
function from(
  localAddress: string,
  path: string,
  body: unknown,
): Promise<{ status: number; problem: { code?: string; retryAt?: string } }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = api();
    const sent = request({ hostname, port, path, localAddress, method: "POST", headers: json }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, problem: JSON.parse(String(Buffer.concat(chunks))) }),
      );
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}

describe("what is too much, or never ends", () => {
  test("bodies of any size, with their length or without, are refused while others are answered", async () => {
    const { host } = api();
    const head = (length: string) =>
      `POST /api/sign-in/challenges HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nconnection: close\r\n${length}\r\n\r\n`;
    const large = `{"a":"${"a".repeat(8 * 1024 * 1024)}"}`;
    const many = `{${Array.from({ length: 300_000 }, (_, n) => `"f${n}":1`).join(",")}}`;
    const chunked = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;
    const tries = [
      sendRaw(api(), head(`content-length: ${large.length}`) + large),
      sendRaw(api(), head(`content-length: ${many.length}`) + many),
      sendRaw(api(), head("transfer-encoding: chunked") + chunked),
    ];
    expect(await answered()).toBe(200);
    // Whoever goes on sending after the answer may find the connection closed before it is read.
    for (const { status, body } of await Promise.all(tries)) {
      expect([413, 0]).toContain(status);
      expect(body.length).toBeLessThan(4_096);
    }
  });

  test("requests that never end hold up nobody, and not the clock", async () => {
    const sockets: Socket[] = [];
    for (const { origin } of [{ origin: api() }, ...services(stand.azure)]) {
      for (const begun of [
        "GET / HT",
        `POST /api/events HTTP/1.1\r\nhost: ${origin.host}\r\ncontent-length: 50\r\n\r\n{"a`,
      ]) {
        const socket = connect(Number(origin.port), origin.hostname);
        await once(socket, "connect");
        socket.on("error", () => undefined).write(begun);
        sockets.push(socket);
      }
    }
    expect(await answered()).toBe(200);
    const before = stand.azure.clock.now();
    await stand.advance("1 s");
    expect(stand.azure.clock.now() - before).toBe(1_000);
    for (const socket of sockets) socket.destroy();
  });

  test("patterns that explode are matched in time, or refused", async () => {
    const evil = "a".repeat(5_000);
    const { cosmos, webPubSub } = stand.azure.endpoints;
    const { CosmosClient } = await import("@azure/cosmos");
    const { WebPubSubServiceClient } = await import("@azure/web-pubsub");
    const client = new CosmosClient(cosmos.connectionString);
    const items = client.database("crema").container("orders").items;
    for (const condition of [
      `"${evil}" LIKE "%${"a%".repeat(40)}b"`,
      `RegexMatch("${evil}", "(a+)+$b")`,
      `RegexMatch("${evil}!", "^(([a-z])+.)+[A-Z]([a-z])+$")`,
    ]) {
      const query = { query: `SELECT VALUE ${condition}` };
      const rows = await items
        .query(query)
        .fetchAll()
        .then(
          ({ resources }) => resources,
          (error) => error.code,
        );
      // An empty container has no row to say false of.
      expect([400, ...[[], [false]].map(String)]).toContain(
        typeof rows === "number" ? rows : String([...new Set(rows)]),
      );
    }
    client.dispose();
    const push = new WebPubSubServiceClient(webPubSub.connectionString, "crema");
    for (const filter of [
      `${"(".repeat(3_000)}userId eq 'a'${")".repeat(3_000)}`,
      `userId eq '${evil}'`,
      Array(200).fill("userId eq 'a'").join(" or "),
    ])
      expect([undefined, 400]).toContain(
        await push.sendToAll("x", { filter, contentType: "text/plain" }).then(
          () => undefined,
          (error) => error.statusCode,
        ),
      );
    expect(await answered()).toBe(200);
  });
});

describe("pages of others, and names that are not ours", () => {
  test("no server answers to another's name, so that no name can be turned to it later", async () => {
    for (const { name, origin } of [{ name: "api", origin: api() }, ...services(stand.azure)]) {
      const { status } = await sendRaw(origin, "GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
      expect(status, name).toBe(421);
    }
  });

  test("a page of another origin is given nothing: what acts refuses it, what tells has no word for it", async () => {
    for (const { name, origin } of services(stand.azure).filter(
      ({ name }) => !["webpubsub", "functions"].includes(name),
    )) {
      const response = await fetch(origin, { method: "POST", headers: { origin: "https://evil.example" }, body: "{}" });
      expect(response.status, name).toBe(403);
      expect(response.headers.get("access-control-allow-origin"), name).toBeNull();
    }
    const asked = await fetch(`${stand.store}/queue`, { headers: { origin: "https://evil.example" } });
    expect(asked.headers.get("access-control-allow-origin")).not.toBe("https://evil.example");
    // A form cannot ask for a code: what it can send is no JSON by name.
    const form = await fetch(`${stand.api}/sign-in/challenges`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: '{"phone":"+14255550177"}',
    });
    expect(form.status).toBe(415);
    expect(stand.azure.sms.messages("+14255550177")).toEqual([]);
  });

  test("no page that can do something can be framed", async () => {
    for (const address of [stand.azure.controlUrl, stand.azure.sms.inboxUrl]) {
      const { headers } = await fetch(address);
      expect(headers.get("content-security-policy"), address).toContain("frame-ancestors 'none'");
    }
  });
});

describe("guessing and pumping", () => {
  test("of a hundred codes for one sign-in, tried at once, five are judged", async () => {
    const phone = "+14255550188";
    const asked = await fetch(`${stand.api}/sign-in/challenges`, {
      method: "POST",
      headers: json,
      body: JSON.stringify({ phone }),
    });
    const { challenge } = (await asked.json()) as { challenge: string };
    const [right = ""] = stand.codesTo(phone);
    const guesses = Array.from({ length: 100 }, (_, n) => String((Number(right) + 1 + n) % 1_000_000).padStart(6, "0"));
    const tried = await Promise.all(
      guesses.map((code) => from("127.0.0.1", "/api/sign-in/sessions", { challenge, code, app: "customer" })),
    );
    expect(tried.filter(({ problem }) => problem.code === "wrong-code")).toHaveLength(4);
    expect(tried.filter(({ problem }) => problem.code === "challenge-over")).toHaveLength(96);
    expect(
      (await from("127.0.0.1", "/api/sign-in/sessions", { challenge, code: right, app: "customer" })).problem.code,
    ).toBe("challenge-over");
  });

  test("of a hundred codes of the display, tried at once by one customer, ten are judged", async () => {
    const customer = await stand.person();
    const tries = Array.from({ length: 100 }, (_, n) =>
      customer.post("/scans", { code: `BBBB${"BCDFGHJKMN"[n % 10]}${"BCDFGHJKMN"[Math.floor(n / 10)]}` }).then(
        () => "in",
        (error) => error.problem?.code,
      ),
    );
    const codes = await Promise.all(tries);
    expect(codes.filter((code) => code === "too-many-requests")).toHaveLength(90);
    expect(codes).not.toContain("in");
  });

  test("who asks for codes from a hundred networks comes to the stand's own ceiling, and no message is sent beyond it", async () => {
    const phones = Array.from({ length: 410 }, (_, n) => customerPhone(1_000 + n));
    const asked: { status: number; problem: { code?: string } }[] = [];
    const next = phones.entries();
    const ask = async () => {
      for (const [n, phone] of next) asked.push(await from(`127.1.${n % 100}.1`, "/api/sign-in/challenges", { phone }));
    };
    await Promise.all(Array.from({ length: 8 }, ask));
    const sent = phones.filter((phone) => stand.azure.sms.messages(phone).length > 0);
    expect(sent).toHaveLength(asked.filter(({ status }) => status === 202).length);
    expect([...new Set(asked.filter(({ status }) => status !== 202).map(({ problem }) => problem.code))]).toEqual([
      "codes-used-up",
    ]);
  });
});
