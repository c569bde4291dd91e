import { HttpRequest } from "@azure/functions";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { checkHeaders, readJson } from "../../../functions/platform/body.ts";
import { readQuery } from "../../../functions/platform/query.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";

const json = { "content-type": "application/json" };
const post = (body: string | Uint8Array, headers: Record<string, string> = json) =>
  new HttpRequest({ method: "POST", url: "http://localhost/api/x", body: { bytes: Buffer.from(body) }, headers });
const problemOf = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
  return expect.unreachable("was not refused");
};

test.each([
  "application/json",
  "Application/JSON",
  "application/json; charset=utf-8",
  'application/json;charset="UTF-8"',
])("%s is JSON", (type) => {
  checkHeaders(post("{}", { "content-type": type }), true);
});

test.each([
  undefined,
  "text/plain",
  "text/plain; application/json",
  "application/json, text/plain",
  "application/json; charset=utf-16",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=application/json",
  "application/jsonp",
  "",
])("%s is not, whatever the body holds", async (type) => {
  const request = new HttpRequest({
    method: "POST",
    url: "http://localhost/api/x",
    headers: type === undefined ? {} : { "content-type": type },
  });
  expect(await problemOf(() => checkHeaders(request, true))).toMatchObject({ code: "not-json", status: 415 });
});

test("a compressed body is refused: it would be taken for what it is not", async () => {
  const request = post("{}", { ...json, "content-encoding": "gzip" });
  expect((await problemOf(() => checkHeaders(request, true))).code).toBe("not-json");
});

test("a body that says that it is larger than 64 KB is refused before it is read", async () => {
  const at = (length: number) => () => checkHeaders(post("{}", { ...json, "content-length": String(length) }), true);
  at(65_536)();
  expect(await problemOf(at(65_537))).toMatchObject({ code: "too-large", status: 413 });
});

test("one that says nothing, or less than it has, is read no further than 64 KB", async () => {
  const sent = { pieces: 0, cancelled: false };
  const endless = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        sent.pieces++;
        controller.enqueue(new Uint8Array(10_000).fill(0x20));
      },
      cancel: () => {
        sent.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const request = { headers: new Headers({ ...json, "content-length": "2" }), body: endless } as never;
  expect((await problemOf(() => readJson(request))).code).toBe("too-large");
  expect(sent).toEqual({ pieces: 7, cancelled: true });
  expect((await problemOf(() => readJson(post(" ".repeat(65_537))))).code).toBe("too-large");
});

test("a route without a body refuses one, and does not read it", async () => {
  const request = post("{}", { "content-length": "2" });
  expect((await problemOf(() => checkHeaders(request, false))).detail).toContain("must have no body");
  expect(request.bodyUsed).toBe(false);
  checkHeaders(post("", { "content-length": "0" }), false);
  // As Azure's front end passes on a DELETE without a body.
  checkHeaders(post("", { "transfer-encoding": "chunked" }), false);
});

test("in chunks nothing arrives, which is said and not taken for an empty command", async () => {
  expect((await problemOf(() => readJson(post("", { ...json, "transfer-encoding": "chunked" })))).detail).toContain(
    "Content-Length",
  );
  expect(await readJson(post(""))).toEqual({});
});

test("a body is nested twenty deep at most, and brackets in texts do not count", async () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(await readJson(post(nested(20)))).toBeInstanceOf(Array);
  expect((await problemOf(() => readJson(post(nested(21))))).detail).toContain("nested");
  expect((await problemOf(() => readJson(post(nested(30_000))))).detail).toContain("nested");
  expect((await problemOf(() => readJson(post('{"a":'.repeat(10_000))))).detail).toContain("nested");
  expect(await readJson(post(JSON.stringify({ note: '\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[' })))).toHaveProperty("note");
});

test("a body has two thousand values at most, and commas in texts do not count", async () => {
  const list = (length: number) => JSON.stringify(Array(length).fill(1));
  expect(await readJson(post(list(2_000)))).toHaveLength(2_000);
  expect((await problemOf(() => readJson(post(list(2_001))))).detail).toContain("2000 values");
  expect(await readJson(post(JSON.stringify({ note: ",".repeat(5_000) })))).toHaveProperty("note");
});

test.each([
  ['{"open":true,"open":false}', 'the member "open" twice'],
  ['{"a":{"b":1},"c":[{"b":1},{"b":2,"\\u0062":3}]}', 'the member "b" twice'],
  ['{"options":{"__proto__":["oat"]}}', 'a member "__proto__"'],
  ['{"\\u005f_proto__":{"admin":true}}', 'a member "__proto__"'],
])("what parsing would lose of %s is refused by name", async (text, said) => {
  const problem = await problemOf(() => readJson(post(text)));
  expect(problem).toMatchObject({ code: "bad-request", detail: expect.stringContaining(said) });
});

test.each([
  ['"\\ud800"', "body"],
  ['{"language":"de\\uDC00"}', "language"],
  ['{"keys":[{"auth":"a"},{"auth":"\\ude00\\ud83d"}]}', "keys[1].auth"],
  ['{"options":{"milk\\ud83d":["oat"]}}', "options.milk\uFFFD"],
])("half a character in %s is refused, with its place", async (text, path) => {
  const message = "has half a character (a lone surrogate)";
  const problem = await problemOf(() => readJson(post(text)));
  expect(problem).toMatchObject({ code: "bad-request", detail: `${path} ${message}`, errors: [{ path, message }] });
  expect(await readJson(post('["\\ud83d\\ude00", "\ud83d\ude00"]'))).toEqual(["\ud83d\ude00", "\ud83d\ude00"]);
});

test("texts that never end are looked through once", async () => {
  for (const text of ['"\\'.repeat(32_000), '"'.repeat(65_001), `{"a":${'"\\"'.repeat(20_000)}`]) {
    expect((await problemOf(() => readJson(post(text)))).detail).toContain("is not JSON");
  }
});

/** Names that objects have by themselves stand among the others: one value in forty names `__proto__`, left to chance one in thousands. */
const members = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: "binary" }).filter((name) => name.isWellFormed()) },
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__"),
);
const { anyJson } = fc.letrec<{ anyJson: unknown }>((tie) => ({
  anyJson: fc.oneof(
    { maxDepth: 8, depthIdentifier: "json" },
    fc.jsonValue({ maxDepth: 0 }),
    fc.array(tie("anyJson"), { maxLength: 5, depthIdentifier: "json" }),
    fc.dictionary(members, tie("anyJson"), { maxKeys: 5, depthIdentifier: "json" }),
  ),
}));
const namesProto = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  (Object.hasOwn(value, "__proto__") || Object.values(value).some(namesProto));

test("whatever JSON is sent arrives as it is, or is refused for the one name that would be lost", async () => {
  const seen = { arrived: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(anyJson, async (sent) => {
      const text = JSON.stringify(sent);
      const value = JSON.parse(text) as unknown;
      if (namesProto(value)) {
        seen.refused++;
        expect((await problemOf(() => readJson(post(text)))).detail).toContain('a member "__proto__"');
      } else {
        seen.arrived++;
        expect(await readJson(post(text))).toEqual(value);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(seen).toEqual({ arrived: expect.toSatisfy((n) => n > 10), refused: expect.toSatisfy((n) => n > 0) });
});

test.each(["{", "nonsense", "\u0000", "[1,]", '"\ud800'])("%j is told not to be JSON", async (text) => {
  expect((await problemOf(() => readJson(post(text)))).detail).toContain("not JSON");
});

test("a body that is no UTF-8 is told so", async () => {
  expect((await problemOf(() => readJson(post(Uint8Array.of(0x22, 0xff, 0x22))))).detail).toBe(
    "The body is not UTF-8.",
  );
});

test("however much is wrong, the answer is short and holds no sign that a terminal would obey", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 3_000 }),
      fc.array(
        fc.record({ path: fc.string({ unit: "binary" }), message: fc.string({ unit: "binary", maxLength: 900 }) }),
      ),
      fc.nat(3_000),
      (detail, errors, times) => {
        const many = errors.flatMap((error) => Array(times).fill(error)).slice(0, 5_000);
        const { problem } = new Refusal("bad-request", detail, { errors: many });
        expect(problem.errors?.length).toBeLessThanOrEqual(20);
        expect(JSON.stringify(problem).length).toBeLessThan(60_000);
        const texts = [problem.detail, ...(problem.errors ?? []).flatMap(({ path, message }) => [path, message])];
        for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
      },
    ),
    { numRuns: 30 },
  );
});

test("of more than twenty problems nineteen are told, and how many more there are", () => {
  const errors = Array.from({ length: 500 }, (_, index) => ({ path: `f${index}`, message: "is wrong" }));
  const { problem } = new Refusal("bad-request", "many", { errors });
  expect(problem.errors).toHaveLength(20);
  expect(problem.errors?.at(-1)).toEqual({ path: "", message: "and 481 more" });
});

const since = z.strictObject({
  since: z.iso.datetime("must be a moment").optional(),
  most: z.coerce.number().optional(),
});
const query = (text: string) => readQuery(new URLSearchParams(text), since);

test("known parameters of a query are read by the route's schema", () => {
  expect(query("since=2040-01-01T00:00:00Z&most=5")).toEqual({ since: "2040-01-01T00:00:00Z", most: 5 });
  expect(query("")).toEqual({});
  expect(readQuery(new URLSearchParams(""), undefined)).toEqual({});
});

test.each([
  ["state=collected", "state is not a parameter of this address; it has since, most"],
  ["Since=2040-01-01T00:00:00Z", "Since is not a parameter"],
  ["since=yesterday", "since must be a moment"],
  ["most=1&most=2", "most occurs more than once"],
  ["__proto__=1", "__proto__ is not a parameter"],
  ["=1", "is not a parameter"],
  [`${"k".repeat(5_000)}=1`, "is not a parameter"],
])("the query %s is refused by name", async (text, reason) => {
  const problem = await problemOf(() => query(text));
  expect(problem).toMatchObject({ code: "bad-request", status: 400, errors: [{ path: expect.any(String) }] });
  expect(JSON.stringify(problem)).toContain(reason);
  expect(JSON.stringify(problem).length).toBeLessThan(3_000);
});

test("where there are no parameters that is what is said", async () => {
  const problem = await problemOf(() => readQuery(new URLSearchParams("a=1&b=2"), undefined));
  expect(problem.errors).toEqual([
    { path: "a", message: "is not a parameter of this address; it has none" },
    { path: "b", message: "is not a parameter of this address; it has none" },
  ]);
});
