import { expect, test } from "vitest";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { refusal, request, startStack } from "./stack.ts";

const docs = "/dbs/crema/colls/orders/docs";
const key = { "x-ms-documentdb-partitionkey": '["s1"]' };
const payload = "The request payload is invalid. Ensure to provide a valid request payload.";

const wrong: [string, string][] = [
  ["1e400", "outside the range"],
  ["-1e999", "outside the range"],
  ["9007199254740993", "9007199254740993 is a 64-bit integer"],
  ['"\\ud800"', "half a surrogate pair"],
  ['{"a":1,"a":2}', '"a" twice'],
];

test.each(wrong)("%s is refused and changes nothing, by whichever operation it comes", async (text, words) => {
  const { cosmos, container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1", n: 1 });
  const item = `{"id":"o1","storeId":"s1","n":${text}}`;
  const batch = (operation: string) => `[{"operationType":"${operation}","id":"o1","resourceBody":${item}}]`;
  const atomic = { "x-ms-cosmos-is-batch-request": "true", "x-ms-cosmos-batch-atomic": "true" };
  const query = { "x-ms-documentdb-isquery": "true" };
  const asked: [string, string, string, Record<string, string>][] = [
    ["POST", docs, item.replace("o1", "o2"), {}],
    ["POST", docs, item, { "x-ms-documentdb-is-upsert": "true" }],
    ["PUT", `${docs}/o1`, item, {}],
    ["PATCH", `${docs}/o1`, `[{"op":"set","path":"/n","value":${text}}]`, {}],
    ["PATCH", `${docs}/o1`, `[{"op":"incr","path":"/n","value":${text}}]`, {}],
    ["POST", docs, batch("Upsert"), atomic],
    ["POST", docs, batch("Replace"), atomic],
    ["POST", docs, `{"query":"SELECT * FROM c WHERE c.n = @n","parameters":[{"name":"@n","value":${text}}]}`, query],
  ];
  for (const [method, path, body, headers] of asked) {
    const answer = await request(cosmos, method, path, body, { ...key, ...headers });
    expect([answer.status, answer.body.message], `${method} ${body}`).toEqual([400, expect.stringContaining(words)]);
    expect(answer.body.message).toContain(payload);
  }
  const { resources } = await container.items.query("SELECT c.id, c.n FROM c").fetchAll();
  expect(resources).toEqual([{ id: "o1", n: 1 }]);
});

test("so is a partition key, and bytes that are no text", async () => {
  const { cosmos } = await startStack();
  for (const header of ["[1e400]", "[9007199254740993]", '["\\ud800"]']) {
    const headers = { "x-ms-documentdb-partitionkey": header };
    const answer = await request(cosmos, "GET", `${docs}/o1`, undefined, headers);
    expect([answer.status, answer.body.message], header).toEqual([400, expect.stringContaining(payload)]);
  }
  const item = Buffer.concat([Buffer.from('{"id":"o1","storeId":"s1","a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const answer = await request(cosmos, "POST", docs, item, key);
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining("is not UTF-8")]);
});

test("what was kept before such was refused is there after a start", async () => {
  const store = openMemoryStore();
  const first = await startStack({ store });
  // In the process nothing is sent as JSON.
  await first.cosmos.feed.upsertItem("crema", "orders", { id: "\ud800", storeId: "\ud801" });
  await first.stop();
  const { cosmos } = await startStack({ store });
  expect(cosmos.feed.readItem("crema", "orders", "\ud800", "\ud801")?.id).toBe("\ud800");
});

test("what is kept comes back as it was sent, and zero is zero", async () => {
  const { cosmos, container } = await startStack({ declaration: { partitionKey: "/n" }, ranges: 2 });
  const numbers = [0, -0, 9007199254740992, -9223372036854775000, 1e308, 5e-324, 0.1 + 0.2, 636341866924868900];
  for (const n of numbers) expect((await container.items.upsert({ id: "x", n })).resource?.n).toBe(n === 0 ? 0 : n);
  const raw = '{"id":"x","n":-0.0}';
  const headers = { "x-ms-documentdb-partitionkey": "[-0.0]", "x-ms-documentdb-is-upsert": "true" };
  expect((await request(cosmos, "POST", docs, raw, headers)).status).toBe(200);
  expect((await container.items.query("SELECT VALUE c.id FROM c WHERE c.n = 0").fetchAll()).resources).toEqual(["x"]);
  for (const text of ["a😀", "\u0000", "ä\u202e", '"\\']) {
    await container.items.upsert({ id: "x", n: 1, text });
    expect((await container.item("x", 1).read()).resource?.text).toBe(text);
  }
});

test("a number in a query that would become another is refused at its place", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1", n: 9007199254740992 });
  const rows = (where: string) => container.items.query(`SELECT VALUE c.id FROM c WHERE c.n = ${where}`).fetchAll();
  expect((await rows("9007199254740992")).resources).toEqual(["o1"]);
  for (const number of ["9007199254740993", "9223372036854775807"]) {
    const { code, message } = await refusal(rows(number));
    expect([code, message]).toEqual([400, expect.stringContaining(`${number} is a 64-bit integer`)]);
  }
});
