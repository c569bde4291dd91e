import { expect, test } from "vitest";
import { formatGuid, formatTime } from "../../../local/functions/bindings/dotnet-formats.ts";
import { dotnetNumber } from "../../../local/functions/bindings/dotnet-text.ts";
import { expressionData, resolveBindingText } from "../../../local/functions/bindings/expressions.ts";
import { queueMetadata } from "../../../local/functions/storage/queue-metadata.ts";
import { RepeatableIds } from "../../../local/kernel/repeatable-ids.ts";

const system = { ids: new RepeatableIds(1), now: Date.UTC(2026, 10, 30, 21, 16, 30, 50), functionName: "write" };
const sent = {
  ...{ id: "mine", t: "2026-11-30T20:45:00.310Z", n: 1.5, b: true, f: 0.1, g: "3F2504E0-4F89-11D3-9A0C-0305E82C3301" },
  ...{ nul: null, arr: [1], e21: 1e21 },
  d: { x: "y", n: 7, b: true, t: "2026-11-30T20:45:00.310+02:00", e: { f: "deep" }, nothing: null },
};
const message = (text: string) => {
  const at = new Date("2026-11-30T21:16:30Z");
  const metadata = queueMetadata({
    ...{ text, messageId: "1", popReceipt: "receipt", dequeueCount: 1 },
    ...{ insertedOn: at, expiresOn: at, nextVisibleOn: at, messageText: text },
  });
  return expressionData({ string: text }, metadata);
};

/** What the real host 4.1037 made of each path in the output of a queue function. */
test.each([
  ["{id}", "mine"],
  ["{ID}-{id}", "mine-mine"],
  ["{d.x}", "y"],
  ["{d.e.f}", "deep"],
  ["{datetime}", "2026-11-30T21-16-30Z"],
  ["{DateTime:yyyy-MM-dd}", "2026-11-30"],
  ["{datetime:yyyyMMddTHHmmss}", "20261130T211630"],
  ["{sys.utcnow}", "2026-11-30T21-16-30Z"],
  ["{sys.methodname}", "write"],
  ["{DequeueCount}", "1"],
  ["a{InsertionTime}b", "ab"],
  ["a{ExpirationTime:yyyy}b", "ab"],
  ["{t}", "11/30/2026 20:45:00"],
  ["{t:yyyy}", "11/30/2026 20:45:00"],
  ["{d.t}", "11/30/2026 18:45:00"],
  ["{n}", "1.5"],
  ["{b}", "True"],
  ["{d.b}", "True"],
  ["{d.n}", "7"],
  ["{f}", "0.1"],
  ["{e21}", "1E+21"],
  ["{g}", "3F2504E0-4F89-11D3-9A0C-0305E82C3301"],
  ["{g:N}", "3F2504E0-4F89-11D3-9A0C-0305E82C3301"],
  ["a{d}b", "ab"],
  ["a{d.nothing}b", "ab"],
  ["a{{b}}c", "a{b}c"],
])("%s in a path is %s", (path, written) => {
  expect(resolveBindingText(path, message(JSON.stringify(sent)), system)).toBe(written);
});

test("a GUID has the form that is asked for", () => {
  for (const [path, form] of [
    ["{rand-guid}", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$/],
    ["{rand-guid:N}", /^[0-9a-f]{32}$/],
    ["{sys.randguid:B}", /^\{[0-9a-f-]{36}\}$/],
  ] as const)
    expect(resolveBindingText(path, message("hello"), system)).toMatch(form);
  expect(resolveBindingText("{queueTrigger}", message("hello"), system)).toBe("hello");
  expect(formatGuid("a-b", "P")).toBe("(a-b)");
  expect(() => formatGuid("a-b", "Q")).toThrow('no format "Q"');
});

test("what the trigger does not provide fails with its name: null and lists do not count as members", () => {
  for (const name of ["nosuch", "nul", "arr", "d.nosuch"])
    expect(() => resolveBindingText(`{${name}}`, message(JSON.stringify(sent)), system)).toThrow(
      `Unable to resolve binding parameter '${name}'`,
    );
});

test("of a request, the route comes before the query, and that before the body; each also has its own name", () => {
  const value = (text: string) => ({ value: text });
  const data = expressionData({
    http: {
      ...{ method: "POST", url: "http://here/api/x?a=query&b=query&b=last&code=key&t=2026-11-30T20:45:00.000Z" },
      nullableHeaders: { "x-user": value("me") },
      nullableQuery: { b: value("query,last") },
      nullableParams: { a: value("route") },
      body: { bytes: Buffer.from('{"a":"body","b":"body","c":{"d":"2026-11-30T20:45:00.000Z"},"code":"body"}') },
    },
  });
  const text = "{a} {query.a} {b} {query.b} {c.d} {code} {query.code} {headers.x-user} {t} {query.t}";
  expect(resolveBindingText(text, data, system)).toBe(
    "route query last last 11/30/2026 20:45:00 body key me 2026-11-30T20:45:00.000Z 2026-11-30T20:45:00.000Z",
  );
});

test("times have the parts and forms of .NET", () => {
  const at = Date.UTC(2026, 0, 4, 5, 6, 7, 80);
  for (const [format, text] of [
    ["yyyy/M/d h:mm tt", "2026/1/4 5:06 AM"],
    ["dddd, MMM yy HH.ff FF", "Sunday, Jan 26 05.08 08"],
    ["'at' \\y s zzz", "at y 7 +00:00"],
    ["o", "2026-01-04T05:06:07.0800000Z"],
    ["R", "Sun, 04 Jan 2026 05:06:07 GMT"],
    ["%H", "5"],
  ] as const)
    expect(formatTime(at, format)).toBe(text);
  expect(() => formatTime(at, "x")).toThrow('no format "x"');
});

test("numbers have the form of .NET", () => {
  expect([1, -1.5, 0.0001, 0.00005, 1e-7, 1e20, 1e21, 1.25e300, 123456789012345.6].map(dotnetNumber)).toEqual([
    ...["1", "-1.5", "0.0001", "5E-05", "1E-07", "100000000000000000000", "1E+21", "1.25E+300", "123456789012345.6"],
  ]);
});
