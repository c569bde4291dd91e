import { createHmac } from "node:crypto";
import { CosmosClient } from "@azure/cosmos";
import { expect, test } from "vitest";
import { createLog } from "../../../local/kernel/log.ts";
import { refusal, request, startStack } from "./stack.ts";

const docs = "/dbs/crema/colls/orders/docs";
const key = { "x-ms-documentdb-partitionkey": '["s1"]' };
const item = JSON.stringify({ id: "o1", storeId: "s1" });

test("headers that ask for what is not there are refused by name, and those that ask for nothing are not", async () => {
  const { cosmos } = await startStack();
  const write = (headers: Record<string, string>) =>
    request(cosmos, "POST", docs, item, { ...key, "x-ms-documentdb-is-upsert": "true", ...headers });
  const refused: [string, string][] = [
    ["x-ms-documentdb-pre-trigger-include", "check"],
    ["x-ms-documentdb-post-trigger-include", "check"],
    ["x-ms-indexing-directive", "Exclude"],
    ["x-ms-cosmos-is-client-encrypted", "true"],
    ["x-ms-cosmos-priority-level", "Middling"],
    ["x-ms-cosmos-intended-collection-rid", "another"],
    ["x-ms-consistency-level", "Sometimes"],
    ["x-ms-documentdb-content-serialization-format", "Yaml"],
    ["x-ms-offer-type", "S1"],
  ];
  for (const [name, value] of refused) {
    const answer = await write({ [name]: value });
    expect([answer.status, answer.body.message], name).toEqual([400, expect.stringContaining(value)]);
  }
  for (const level of ["Strong", "BoundedStaleness"]) {
    const { message } = (await write({ "x-ms-consistency-level": level })).body;
    expect(message).toContain("not stronger than the service consistency level");
  }
  for (const level of ["Session", "ConsistentPrefix", "Eventual", ""]) {
    expect((await write({ "x-ms-consistency-level": level, "x-ms-cosmos-priority-level": "Low" })).status).toBeLessThan(
      300,
    );
  }
});

test("headers that say yes or no say nothing else, and a range of keys has both ends", async () => {
  const { cosmos, container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1" });
  for (const name of ["x-ms-documentdb-is-upsert", "x-ms-documentdb-query-enable-scan"])
    for (const value of ["yes", "1", ""]) {
      const answer = await request(cosmos, "POST", docs, item, { ...key, [name]: value });
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(name)]);
    }
  for (const value of ["True", "true"])
    expect((await request(cosmos, "POST", docs, item, { ...key, "x-ms-documentdb-is-upsert": value })).status).toBe(
      200,
    );
  for (const end of ["x-ms-start-epk", "x-ms-end-epk"]) {
    const list = { "x-ms-documentdb-partitionkeyrangeid": "0", [end]: "FF" };
    expect((await request(cosmos, "GET", docs, undefined, list)).status).toBe(400);
  }
});

test("a change feed goes on from where it has been, and begins at a date of HTTP; sizes of pages are whole numbers", async () => {
  const { cosmos, container } = await startStack({ allVersions: { milliseconds: 7 * 24 * 60 * 60_000 } });
  await container.items.create({ id: "o1", storeId: "s1" });
  const read = async (headers: Record<string, string>) => {
    const { status, body } = await request(cosmos, "GET", docs, undefined, { "a-im": "Incremental feed", ...headers });
    return [status, body.message];
  };
  expect((await read({ "if-none-match": '"1"' }))[0]).toBe(304);
  for (const mode of ["Incremental feed", "Full-Fidelity Feed"])
    expect(await read({ "a-im": mode, "if-none-match": '"2"' })).toEqual([
      400,
      'Invalid Continuation Token: "2" is ahead of the container, whose last change is 1.',
    ]);
  for (const zone of ["GMT", "UTC"])
    expect((await read({ "if-modified-since": `Thu, 15 Jan 2026 12:00:00 ${zone}` }))[0]).toBe(200);
  for (const date of ["2026-01-15", "15 Jan 2026", "Fri, 15 Jan 2026 12:00:00 GMT"])
    expect(await read({ "if-modified-since": date })).toEqual([
      400,
      expect.stringContaining("is not an RFC 1123 date"),
    ]);
  for (const size of ["1e2", "0x10", " ", "2.0"])
    expect(await read({ "x-ms-max-item-count": size })).toEqual([400, expect.stringContaining("x-ms-max-item-count")]);
});

test("who it is from, a version that there is, and when it was signed are asked for, in that order and the service's words", async () => {
  const { cosmos } = await startStack();
  const path = "/dbs/crema/colls/orders";
  const answer = async (headers: Record<string, string | undefined>) => {
    const { status, body } = await request(cosmos, "GET", path, undefined, headers);
    return `${status} ${body.code} ${body.message}`;
  };
  const missing = /^401 Unauthorized Required Header authorization is missing\./;
  expect(await answer({ authorization: undefined, "x-ms-version": undefined })).toMatch(missing);
  const none = /^400 BadRequest Invalid API version\. Ensure a valid x-ms-version header value is passed\./;
  for (const version of [undefined, "", "2020-07-16", "2020-07-15-preview", "1"])
    expect(await answer({ "x-ms-version": version, authorization: "bad" }), version).toMatch(none);
  for (const version of ["2015-12-16", "2018-12-31", "2020-11-05", "2024-06-06"])
    expect(await answer({ "x-ms-version": version }), version).toMatch(/^200 /);
  for (const date of [undefined, ""])
    expect(await answer({ "x-ms-date": date }), date).toMatch(
      /^401 Unauthorized Authorization token mandates Date headers\./,
    );
});

// What .NET 10 makes of each by `DateTime.TryParse`, which is what the service reads them with.
test.each([
  ["Thu, 15 Jan 2026 12:00:00 GMT", true],
  ["thu, 15 jan 2026 12:00:00 gmt", true],
  // `DateTimeFormatter.RFC_1123_DATE_TIME` of Java.
  ["Thu, 1 Jan 2026 12:00:00 GMT", true],
  ["Thu, 15 Jan 2026 12:00:00 +0000", true],
  ["Thu, 15 Jan 2026 12:00:00", true],
  ["15 Jan 2026 12:00:00 GMT", true],
  ["2026-01-15T12:00:00Z", true],
  ["2026-01-15T12:00:00.1234567+00:00", true],
  ["2026-01-15 12:00:00", true],
  ["Thu, 15 Jan 2026 12:00:00 UTC", false],
  ["Fri, 15 Jan 2026 12:00:00 GMT", false],
  ["Thu, 15 Jan 2026 24:00:00 GMT", false],
  ["Tue, 31 Feb 2026 12:00:00 GMT", false],
  ["2026-02-31T12:00:00Z", false],
  ["1768478400", false],
  ["now", false],
])("%s as the date of a signature", async (date, isOne) => {
  const { cosmos } = await startStack();
  for (const headers of [{ "x-ms-date": date }, { "x-ms-date": undefined, date }]) {
    const { status, body } = await request(cosmos, "GET", "/dbs", undefined, headers);
    expect([status, body.message]).toEqual(
      isOne ? [200, undefined] : [401, expect.stringMatching(/^The input date header is invalid format\./)],
    );
  }
});

test("the date of a signature may be in Date, and then it has the line after that of x-ms-date", async () => {
  const { cosmos } = await startStack();
  const date = new Date(0).toUTCString();
  for (const none of [undefined, ""])
    expect((await request(cosmos, "GET", "/dbs", undefined, { "x-ms-date": none, date })).status).toBe(200);
  const text = `get\ndbs\n\n${date.toLowerCase()}\n\n`;
  const signature = createHmac("sha256", Buffer.from(cosmos.key, "base64")).update(text).digest("base64");
  const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
  expect(
    await request(cosmos, "GET", "/dbs", undefined, { "x-ms-date": undefined, date, authorization }),
  ).toMatchObject({
    status: 401,
    body: { message: expect.stringContaining(`'get', 'dbs', '', '', '${date.toLowerCase()}'`) },
  });
});

test("a plus in the authorization is a space, as the service decodes it: who does not encode it is told so", async () => {
  const { cosmos } = await startStack();
  const signed = (second: number) => {
    const date = new Date(second * 1000).toUTCString();
    const text = `get\ndbs\n\n${date.toLowerCase()}\n\n`;
    const signature = createHmac("sha256", Buffer.from(cosmos.key, "base64")).update(text).digest("base64");
    return { date, authorization: `type=master&ver=1.0&sig=${signature}` };
  };
  const all = Array.from({ length: 100 }, (_, second) => signed(second));
  const answer = async ({ date, authorization } = { date: "", authorization: "" }) => {
    const { status, body } = await request(cosmos, "GET", "/dbs", undefined, { "x-ms-date": date, authorization });
    return `${status} ${body.message}`;
  };
  const plus = all.find(({ authorization }) => authorization.includes("+"));
  expect(await answer(plus)).toMatch(/^401 The signature does not match\..* percent-encoded/);
  expect(await answer(plus && { ...plus, authorization: encodeURIComponent(plus.authorization) })).toMatch(/^200 /);
  expect(await answer(all.find(({ authorization }) => !authorization.includes("+")))).toMatch(/^200 /);
});

test("a header that nobody knows is told once, by its name", async () => {
  const told: string[] = [];
  const { cosmos } = await startStack({ log: createLog(({ message }) => told.push(message), "warn") });
  for (let time = 0; time < 3; time++) await request(cosmos, "GET", "/dbs", undefined, { "x-ms-surprise": "1" });
  expect(told).toEqual(["The header x-ms-surprise is not known here and has no effect."]);
});

test("members of bodies that are not looked at are refused by name", async () => {
  const { cosmos, container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1", n: 1 });
  const bodies: [string, string, unknown, Record<string, string>][] = [
    ["POST", "/dbs", { id: "x", surprise: 1 }, {}],
    ["POST", docs, { query: "SELECT * FROM c", surprise: 1 }, { "x-ms-documentdb-isquery": "true" }],
    ["PATCH", `${docs}/o1`, { operations: [{ op: "set", path: "/n", value: 2 }], surprise: 1 }, key],
    ["PATCH", `${docs}/o1`, [{ op: "set", path: "/n", value: 2, surprise: 1 }], key],
  ];
  for (const [method, path, body, headers] of bodies) {
    const answer = await request(cosmos, method, path, JSON.stringify(body), headers);
    expect([answer.status, answer.body.message], path).toEqual([400, expect.stringContaining('"surprise"')]);
  }
  const operation = { operationType: "Read", id: "o1", surprise: 1 } as never;
  const { result } = await container.items.batch([operation], "s1");
  expect(result?.[0]?.statusCode).toBe(400);
  expect((await container.item("o1", "s1").read()).resource?.n).toBe(1);
});

test("tokens of resources and of Entra ID, and the direct mode, end in words that say what to do", async () => {
  const { cosmos } = await startStack();
  for (const [type, words] of [
    ["resource", "The resource token"],
    ["aad", "Entra ID"],
  ] as const) {
    const authorization = encodeURIComponent(`type=${type}&ver=1.0&sig=abc`);
    const answer = await request(cosmos, "GET", "/dbs", undefined, { authorization });
    expect([answer.status, answer.body.message]).toEqual([401, expect.stringContaining(words)]);
  }
  const addresses = "/addresses/?$resolveFor=dbs%2fcrema%2fcolls%2forders%2fdocs&$filter=protocol eq rntbd";
  const answer = await request(cosmos, "GET", addresses, undefined, { authorization: "type%3dmaster" });
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining("gateway mode")]);
});

test("a batch in the row format of the .NET client is refused in words, to the client and in the log", async () => {
  const told: string[] = [];
  const { cosmos } = await startStack({ log: createLog(({ message }) => told.push(message), "warn") });
  const headers = { ...key, "x-ms-cosmos-is-batch-request": "True", "x-ms-cosmos-batch-atomic": "True" };
  const answer = await request(cosmos, "POST", docs, Buffer.from([0x81, 0xff, 0xff, 0x7f]), headers);
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining("HybridRow")]);
  expect(told.join()).toContain("AllowBulkExecution");
});

test("a question mark in an id is a part of it, and a malformed path a 400", async () => {
  const { cosmos, container } = await startStack();
  await container.items.create({ id: "what?now", storeId: "s1" });
  expect((await container.item("what?now", "s1").read()).resource?.id).toBe("what?now");
  expect((await request(cosmos, "GET", `${docs}/%E0%A4%A`, undefined, key)).status).toBe(400);
});

test("ids have no slashes and no more than 1023 bytes, names no more than 255 characters and no blank at the end", async () => {
  const { cosmos, container, client } = await startStack();
  for (const id of ["a/b", "a\\b", "ä".repeat(512), "", 5, null]) {
    const answer = await request(cosmos, "POST", docs, JSON.stringify({ id, storeId: "s1" }), key);
    expect(answer.status, String(id)).toBe(400);
  }
  expect((await container.items.create({ id: "ä".repeat(511), storeId: "s1" })).statusCode).toBe(201);
  for (const id of ["a/b", "a?", "a#", "a ", "", "x".repeat(256)]) {
    expect((await request(cosmos, "POST", "/dbs", JSON.stringify({ id }))).status, id).toBe(400);
  }
  expect((await client.databases.create({ id: "ä".repeat(255) })).statusCode).toBe(201);
});

test("an answer of one range has its session token and its id; ranges that answer together have none", async () => {
  const { container, cosmos, client } = await startStack({ ranges: 2 });
  const ids = new Set<unknown>();
  for (let n = 0; n < 8; n++) {
    const { headers } = await container.items.create({ id: `o${n}`, storeId: `s${n}` });
    const id = headers["x-ms-documentdb-partitionkeyrangeid"];
    expect(headers["x-ms-session-token"]).toMatch(new RegExp(`^${id}:-1#\\d+$`));
    ids.add(id);
  }
  expect(ids).toEqual(new Set(["0", "1"]));
  const all = await request(cosmos, "GET", docs);
  expect([all.headers.get("x-ms-item-count"), all.headers.get("x-ms-session-token")]).toEqual(["8", null]);
  const feed = { "a-im": "Incremental Feed", "x-ms-documentdb-partitionkeyrangeid": "1" };
  const changes = await request(cosmos, "GET", docs, undefined, feed);
  expect(changes.headers.get("x-ms-session-token")).toMatch(/^1:-1#\d+$/);
  expect(Number(changes.headers.get("x-ms-item-count"))).toBeGreaterThan(0);
  const none = await request(cosmos, "GET", docs, undefined, { ...feed, "if-none-match": "*" });
  expect([none.status, none.headers.get("x-ms-item-count")]).toEqual([304, "0"]);
  const own = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key, consistencyLevel: "Session" });
  const orders = own.database("crema").container("orders");
  await orders.items.upsert({ id: "o1", storeId: "s1" });
  expect((await orders.items.query("SELECT * FROM c ORDER BY c.id").fetchAll()).resources).toHaveLength(8);
  expect((await orders.item("o2", "s2").read()).statusCode).toBe(200);
  own.dispose();
  await client.databases.readAll().fetchAll();
});

test("a read with a session token that the container has not come to is refused, and so is a token that is none", async () => {
  const { cosmos } = await startStack();
  const own = new CosmosClient({
    endpoint: cosmos.endpoint,
    key: cosmos.key,
    // With it the client leaves the token out and tries once more.
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const orders = own.database("crema").container("orders");
  const { headers } = await orders.items.create({ id: "o1", storeId: "s1" });
  const token = String(headers["x-ms-session-token"]);
  expect(token).toBe("0:-1#1");
  const read = async (sessionToken: string, consistencyLevel?: "Eventual") => {
    const options = { sessionToken, ...(consistencyLevel && { consistencyLevel }) };
    const { statusCode, substatus } = await orders.item("o1", "s1").read(options);
    return [statusCode, substatus ?? 0];
  };
  expect(await read(token)).toEqual([200, 0]);
  for (const ahead of ["0:-1#2", "0:0#1", "1:-1#9,0:-1#2"])
    expect([ahead, await read(ahead)]).toEqual([ahead, [404, 1002]]);
  // Of another range, or where no session is asked for, it counts for nothing.
  for (const [other, level] of [["1:-1#9"], ["0:-1#2", "Eventual"], ["hello", "Eventual"]] as const)
    expect([other, await read(other, level)]).toEqual([other, [200, 0]]);
  const ahead = { sessionToken: "0:-1#2" };
  const feed = { ...ahead, partitionKey: "s1" };
  for (const asked of [
    orders.items.query("SELECT * FROM c", feed).fetchAll(),
    orders.items.query("SELECT * FROM c", ahead).fetchAll(),
    orders.items.readAll(ahead).fetchAll(),
  ])
    expect(await refusal(asked)).toMatchObject({ code: 404, substatus: 1002 });
  for (const wrong of ["hello", "0", "0:17", "0:-1#x", "0:-1#1#2=3", "0:-1#1,"])
    await expect(read(wrong), wrong).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining("is invalid"),
    });
  expect(
    (await request(cosmos, "GET", docs, undefined, { "a-im": "Incremental Feed", "x-ms-session-token": "0:-1#2" }))
      .status,
  ).toBe(404);
  // Writes see all that there is.
  await orders.items.upsert({ id: "o1", storeId: "s1" }, ahead);
  own.dispose();
});

test("a session does not go on in a container that was made anew under its name", async () => {
  const { cosmos, client } = await startStack();
  const own = new CosmosClient({
    ...{ endpoint: cosmos.endpoint, key: cosmos.key, consistencyLevel: "Session" },
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const orders = own.database("crema").container("orders");
  for (const id of ["o1", "o2"]) await orders.items.create({ id, storeId: "s1" });
  await client.database("crema").container("orders").delete();
  await client.database("crema").containers.create({ id: "orders", partitionKey: "/storeId" });
  await client.database("crema").container("orders").items.create({ id: "o1", storeId: "s1" });
  expect(await orders.item("o1", "s1").read()).toMatchObject({ statusCode: 404, substatus: 1002 });
  own.dispose();
});

test("query and index metrics come when they are asked for", async () => {
  const { container } = await startStack({
    declaration: {
      indexingPolicy: { includedPaths: [{ path: "/*" }], excludedPaths: [{ path: "/notes/*" }] },
    },
  });
  for (let n = 0; n < 4; n++) await container.items.create({ id: `o${n}`, storeId: "s1", n });
  const options = { partitionKey: "s1", populateQueryMetrics: true, populateIndexMetrics: true };
  const query = "SELECT * FROM c WHERE c.n > 1 AND c.notes.x != 1";
  const page = await container.items.query(query, options).fetchNext();
  expect(page.queryMetrics["0"]).toMatchObject({ retrievedDocumentCount: 4, outputDocumentCount: 0 });
  expect(JSON.parse(page.indexMetrics)).toMatchObject({
    UtilizedIndexes: { SingleIndexes: [{ IndexSpec: "/n/?" }] },
    PotentialIndexes: { SingleIndexes: [{ IndexSpec: "/notes/x/?" }] },
  });
  const plain = await container.items.query(query, { partitionKey: "s1" }).fetchNext();
  expect([plain.queryMetrics, plain.indexMetrics]).toEqual([undefined, "{}"]);
});

test("the .NET client's way to go on with an ORDER BY leaves out what came before", async () => {
  const { cosmos, container } = await startStack();
  const rids: string[] = [];
  for (let n = 0; n < 6; n++) {
    const { resource } = await container.items.create({ id: `o${n}`, storeId: "s1", g: n % 2 });
    rids.push(resource?._rid ?? "");
  }
  await container.items.create({ id: "none", storeId: "s1" });
  const rows = async (order: string, resumeFilter: object) => {
    const body = { query: `SELECT VALUE c.id FROM c ORDER BY ${order}`, resumeFilter };
    const headers = { ...key, "x-ms-documentdb-isquery": "true" };
    const answer = await request(cosmos, "POST", docs, JSON.stringify(body), headers);
    return (answer.body as { Documents?: string[] }).Documents ?? answer.body.message;
  };
  expect(await rows("c.g", { value: [0], exclude: true })).toEqual(["o1", "o3", "o5"]);
  expect(await rows("c.g", { value: [0], rid: rids[2], exclude: false })).toEqual(["o2", "o4", "o1", "o3", "o5"]);
  expect(await rows("c.g DESC", { value: [1], rid: rids[3] })).toEqual(["o3", "o1", "o4", "o2", "o0", "none"]);
  expect(await rows("c.g", { value: [[]], exclude: true })).toEqual(["o0", "o2", "o4", "o1", "o3", "o5"]);
  expect(await rows("c.g", { value: [{ type: "array", low: 1, high: 2 }] })).toContain("not emulated");
  expect(await rows("c.g", { value: [1, 2] })).toContain("resumeFilter");
});

test("an if-match of * holds for any version there is, and for none when there is none", async () => {
  const { cosmos, container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1" });
  const any = { ...key, "if-match": "*" };
  expect((await request(cosmos, "PUT", `${docs}/o1`, item, any)).status).toBe(200);
  expect((await request(cosmos, "PUT", `${docs}/o1`, item, { ...key, "if-match": '"*"' })).status).toBe(412);
  expect((await request(cosmos, "DELETE", `${docs}/o1`, undefined, any)).status).toBe(204);
  expect((await request(cosmos, "PUT", `${docs}/o1`, item, any)).status).toBe(404);
});

test("an unusable continuation is refused in the service's words", async () => {
  const { container } = await startStack();
  const query = container.items.query("SELECT * FROM c", { continuationToken: "junk", maxItemCount: 1 });
  expect((await refusal(query.fetchNext())).message).toContain("Invalid Continuation Token");
});

test("an item is where its _self says, by the rids of database, container and item", async () => {
  const { cosmos, container } = await startStack({ ranges: 2 });
  const selves: string[] = [];
  for (const id of ["o0", "o1", "o2"]) {
    const { resource } = await container.items.create({ id, storeId: "s1" });
    selves.push(`/${resource?._self.replace(/\/$/, "")}`);
  }
  await container.item("o0", "s1").delete();
  const at = (method: string, path: string, body?: string, storeId = "s1") => {
    const rid = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    const date = new Date(0).toUTCString();
    const text = `${method.toLowerCase()}\ndocs\n${rid}\n${date.toLowerCase()}\n\n`;
    const signature = createHmac("sha256", Buffer.from(cosmos.key, "base64")).update(text).digest("base64");
    const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
    return request(cosmos, method, path, body, {
      authorization,
      "x-ms-documentdb-partitionkey": JSON.stringify([storeId]),
    });
  };
  const [gone = "", path = "", other = ""] = selves;
  expect((await at("GET", path)).body).toMatchObject({ id: "o1" });
  expect((await at("PUT", path, JSON.stringify({ id: "o1", storeId: "s1", n: 1 }))).body).toMatchObject({ n: 1 });
  expect((await at("GET", path, undefined, "s2")).status).toBe(404);
  expect((await at("GET", gone)).status).toBe(404);
  expect((await at("DELETE", other)).status).toBe(204);
  expect((await container.items.query("SELECT VALUE c.id FROM c").fetchAll()).resources).toEqual(["o1"]);
});
