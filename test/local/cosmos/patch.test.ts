import type { PatchOperation, PatchRequestBody } from "@azure/cosmos";
import { expect, test } from "vitest";
import { refusal, type Stack, startStack } from "./stack.ts";

const original = {
  id: "o1",
  storeId: "s1",
  n: 1,
  list: [1, 2, 3],
  deep: { a: { b: 1 } },
  text: "x",
  large: 1.7e308,
  whole: 2 ** 53,
};

async function stackWithItem(): Promise<Stack & { patch(body: PatchRequestBody): Promise<Record<string, unknown>> }> {
  const stack = await startStack();
  await stack.container.items.create(structuredClone(original));
  const patch = async (body: PatchRequestBody): Promise<Record<string, unknown>> => {
    const { resource } = await stack.container.item("o1", "s1").patch(body);
    return Object.fromEntries(Object.entries(resource ?? {}).filter(([name]) => !name.startsWith("_")));
  };
  return { ...stack, patch };
}

test("each operation does what it says, one after the other", async () => {
  const { patch } = await stackWithItem();
  expect(
    await patch([
      { op: "add", path: "/list/1", value: 9 },
      { op: "add", path: "/list/-", value: 4 },
      { op: "set", path: "/list/0", value: 0 },
      { op: "incr", path: "/n", value: 2 },
      { op: "incr", path: "/fresh", value: -1 },
      { op: "replace", path: "/text", value: null },
      { op: "remove", path: "/deep/a/b" },
      { op: "set", path: "/deep/new~1name", value: { c: true } },
      { op: "remove", path: "/list/2" },
    ]),
  ).toEqual({
    id: "o1",
    storeId: "s1",
    n: 3,
    list: [0, 9, 3, 4],
    deep: { a: {}, "new/name": { c: true } },
    text: null,
    large: 1.7e308,
    whole: 2 ** 53,
    fresh: -1,
  });
});

test("a move takes a value from one place to another", async () => {
  const { patch } = await stackWithItem();
  const move = { op: "move", from: "/deep/a", path: "/moved" } as unknown as PatchOperation;
  expect(await patch([move])).toMatchObject({ deep: {}, moved: { b: 1 } });
});

const refused: [string, PatchOperation[]][] = [
  ["replacing what is absent", [{ op: "replace", path: "/nothing", value: 1 }]],
  ["removing what is absent", [{ op: "remove", path: "/nothing" }]],
  ["setting below an absent parent", [{ op: "set", path: "/no/parent", value: 1 }]],
  ["setting below a text", [{ op: "set", path: "/text/a", value: 1 }]],
  ["increasing a text", [{ op: "incr", path: "/text", value: 1 }]],
  ["an index beyond the end", [{ op: "add", path: "/list/5", value: 1 }]],
  ["changing the id", [{ op: "set", path: "/id", value: "o2" }]],
  ["changing the partition key", [{ op: "set", path: "/storeId", value: "s2" }]],
  ["changing a system property", [{ op: "set", path: "/_ts", value: 1 }]],
  ["an unknown operation", [{ op: "test", path: "/n", value: 1 } as unknown as PatchOperation]],
  ["eleven operations", Array.from({ length: 11 }, () => ({ op: "incr" as const, path: "/n", value: 1 }))],
  ["a list of no operations", []],
  ...[
    ["a move with a value", { op: "move", from: "/deep", path: "/moved", value: 1 }],
    ["a set with another place", { op: "set", from: "/deep", path: "/moved", value: 1 }],
    ["a removal with a value", { op: "remove", path: "/text", value: 1 }],
    ["an operation in capitals", { op: "SET", path: "/text", value: 1 }],
    ["an index with a zero in front", { op: "set", path: "/list/01", value: 1 }],
    ["a negative index", { op: "set", path: "/list/-1", value: 1 }],
    ["an escape that there is not", { op: "set", path: "/a~2b", value: 1 }],
    ["an increase beyond all numbers", { op: "incr", path: "/large", value: 1.7e308 }],
    ["an increase to a whole number that no double is", { op: "incr", path: "/whole", value: 1 }],
  ].map(([what, operation]): [string, PatchOperation[]] => [String(what), [operation as PatchOperation]]),
];

test.each(refused)("%s is a 400 and changes nothing", async (_, operations) => {
  const { container } = await stackWithItem();
  const item = container.item("o1", "s1");
  const before = (await item.read()).resource;
  const valid: PatchOperation[] = operations.length > 9 ? [] : [{ op: "set", path: "/valid", value: true }];
  const outcome = await refusal(item.patch(operations.length === 0 ? [] : [...valid, ...operations]));
  expect(outcome.code).toBe(400);
  expect((await item.read()).resource).toEqual(before);
});

test("a removal with null as its value, as the SDK of Java writes it, is one", async () => {
  const { patch } = await stackWithItem();
  const operations = [{ op: "remove", path: "/text", value: null } as PatchOperation];
  expect(await patch({ operations })).not.toHaveProperty("text");
});

test("a condition that holds lets the patch through, one that does not is a 412", async () => {
  const { container, patch } = await stackWithItem();
  const operations: PatchOperation[] = [{ op: "incr", path: "/n", value: 1 }];
  expect(await patch({ condition: "FROM c WHERE c.n < 2 AND IS_DEFINED(c.text)", operations })).toMatchObject({ n: 2 });
  const item = container.item("o1", "s1");
  const outcome = await refusal(item.patch({ condition: "FROM c WHERE c.n < 2", operations }));
  expect(outcome.code).toBe(412);
  expect(outcome.message).toContain("c.n < 2");
  expect((await refusal(item.patch({ condition: "FROM c WHERE c.n <", operations }))).code).toBe(400);
  expect((await item.read()).resource?.n).toBe(2);
});

test.each([
  ["SELECT * FROM c WHERE c.n = 1", "incorrect syntax near 'SELECT'"],
  ["c.n = 1", "incorrect syntax"],
  ["WHERE c.n = 1", "FROM clause is omitted"],
  ["FROM c", "no WHERE"],
  ["FROM c JOIN t IN c.list WHERE t = 1", "single input set"],
  ["FROM t IN c.list WHERE t = 1", "another source"],
  ["FROM c.deep WHERE deep.a.b = 1", "another source"],
  ["FROM (SELECT VALUE c FROM c) c WHERE c.n = 1", "another source"],
  ["FROM c WHERE c.n = 1 GROUP BY c.n", "GROUP BY"],
  ["FROM c WHERE c.n = 1 ORDER BY c.n", "an ORDER BY"],
  ["FROM c WHERE c.n = 1 OFFSET 0 LIMIT 1", "an OFFSET"],
  ["FROM c WHERE EXISTS (SELECT VALUE t FROM t IN c.list)", "a subquery"],
  ["FROM c WHERE COUNT(c.n) = 1", "COUNT"],
  ["FROM c WHERE c.n = @n", "'@n' has no value"],
  ["FROM c WHERE x.n = 1", "'x'"],
  ["FROM c WHERE udf.f(c.n)", "udf.f"],
  ["FROM c WHERE c.list[-1] = 3", "member indexer"],
])("the condition %s is a 400 with what is wrong", async (condition, words) => {
  const { container } = await stackWithItem();
  const operations: PatchOperation[] = [{ op: "incr", path: "/n", value: 1 }];
  const { code, message } = await refusal(container.item("o1", "s1").patch({ condition, operations }));
  expect([code, message]).toEqual([400, expect.stringContaining(words)]);
  expect((await container.item("o1", "s1").read()).resource?.n).toBe(1);
});

test.each([
  "from c where c.n = 1",
  "FROM root WHERE root.n = 1",
  "FROM c AS d WHERE ARRAY_CONTAINS(d.list, 2)",
  "FROM x y WHERE y.list[2] = 3",
])("the condition %s holds", async (condition) => {
  const { patch } = await stackWithItem();
  expect(await patch({ condition, operations: [{ op: "incr", path: "/n", value: 1 }] })).toMatchObject({ n: 2 });
});

test("of twenty conditional patches at once that take ten scans, ten succeed", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "code", storeId: "s1", left: 10 });
  const take = (): Promise<{ code: unknown }> =>
    refusal(
      container.item("code", "s1").patch({
        condition: 'FROM c WHERE c["left"] > 0',
        operations: [{ op: "incr", path: "/left", value: -1 }],
      }),
    );
  const outcomes = await Promise.all(Array.from({ length: 20 }, take));
  expect(outcomes.filter(({ code }) => code === "none")).toHaveLength(10);
  expect(outcomes.filter(({ code }) => code === 412)).toHaveLength(10);
  expect((await container.item("code", "s1").read()).resource?.left).toBe(0);
});

test("a property named __proto__ is data like any other", async () => {
  const { container, patch } = await stackWithItem();
  await patch([{ op: "set", path: "/__proto__", value: { polluted: 1 } } as PatchOperation]);
  expect(Object.getPrototypeOf({})).not.toHaveProperty("polluted");
  const rows = await container.items.query("SELECT VALUE c['__proto__'].polluted FROM c").fetchAll();
  expect(rows.resources).toEqual([1]);
});
