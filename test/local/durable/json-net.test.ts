import { describe, expect, test } from "vitest";
import { df, plain } from "./application.ts";
import { startStack } from "./stack.ts";

/** What the real host makes of values, since it reads them with Json.NET: as seen with extension 3.19. */

const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) });
const values: Record<string, unknown> = {
  typed: { $type: "No.Such, Nowhere", a: 1 },
  identified: { $id: "1", a: { $ref: "1" } },
  reference: { $ref: "7" },
  list: { $values: [1, 2] },
  later: { a: 1, $type: "x" },
  inside: { a: { $type: "x", $values: [1] } },
  time: { at: "2026-11-30T20:45:00.000Z" },
};
const kept: Record<string, unknown> = {
  ...values,
  typed: { a: 1 },
  identified: { a: { $ref: "1" } },
  reference: null,
  list: [1, 2],
};

df.app.activity("netSame", { handler: (input: unknown) => input });
df.app.activity("netGive", { handler: (key: string) => values[key] });
df.app.activity("netHuge", { handler: (sign: number) => sign * 1e21 });
df.app.activity("netDeep", { handler: (levels: number) => nested(levels) });
df.app.orchestration(
  "netSelf",
  plain(({ df: own }) => own.getInput()),
);
df.app.orchestration("netAll", function* (context) {
  const key = context.df.getInput<string>();
  const value = values[key];
  context.df.setCustomStatus(value);
  const from: unknown = yield context.df.callActivity("netGive", key);
  const given: unknown = yield context.df.callActivity("netSame", value);
  const child: unknown = yield context.df.callSubOrchestrator("netSelf", value);
  return [from, given ?? null, child];
});
df.app.orchestration(
  "netOutput",
  plain(({ df: own }) => values[own.getInput<string>()]),
);
df.app.orchestration("netNumbers", function* (context) {
  return (yield context.df.Task.all([1, -1].map((sign) => context.df.callActivity("netHuge", sign)))) as unknown;
});
const deepPlaces: Record<string, (levels: number) => (context: Parameters<Parameters<typeof plain>[0]>[0]) => unknown> =
  {
    output: (levels) => () => nested(levels),
    status: (levels) => (context) => context.df.setCustomStatus(nested(levels)),
  };
for (const [place, at] of Object.entries(deepPlaces))
  for (const levels of [63, 64]) df.app.orchestration(`net_${place}_${levels}`, plain(at(levels)));
df.app.orchestration("netDeepResult", function* (context) {
  return JSON.stringify((yield context.df.callActivity("netDeep", context.df.getInput())) as unknown).length;
});
df.app.orchestration("netWaits", function* (context) {
  return (yield context.df.waitForExternalEvent("go")) as unknown;
});
df.app.orchestration("netDeepLater", function* (context) {
  yield context.df.callActivity("netSame", 1);
  return nested(70);
});

test.each(Object.keys(values))("members of Json.NET at the beginning of a value are lost: %s", async (key) => {
  const { client, engine, settle, outcome } = await startStack();
  await client.startNew("netAll", { instanceId: "a", input: key });
  await client.startNew("netOutput", { instanceId: "o", input: key });
  await client.startNew("netSelf", { instanceId: "s", input: values.inside });
  await settle();
  expect(outcome("a")).toEqual([kept[key], kept[key], kept[key]]);
  expect(outcome("o")).toEqual(kept[key]);
  expect(JSON.parse(engine.instance("a")?.customStatus ?? "null")).toEqual(kept[key]);
  expect(outcome("s")).toEqual(values.inside);
});

test("a whole number of an activity has 64 bits", async () => {
  const { client, settle, outcome } = await startStack();
  await client.startNew("netNumbers", { instanceId: "n" });
  await settle();
  expect(outcome("n")).toEqual([2 ** 63, -(2 ** 63)]);
});

describe("more than 64 lists and objects inside each other", () => {
  test.each(Object.keys(deepPlaces))("fail the orchestration: %s", async (place) => {
    const { client, settle, outcome, engine } = await startStack();
    for (const levels of [63, 64]) await client.startNew(`net_${place}_${levels}`, { instanceId: String(levels) });
    await settle();
    expect(engine.instance("63")?.status).toBe("Completed");
    expect(outcome("64")).toEqual({
      Failed: `Orchestrator function 'net_${place}_64' failed: One or more errors occurred. (The reader's MaxDepth of 64 has been exceeded.)`,
    });
  });

  test("fail an activity, and a turn after another as one that is not deterministic", async () => {
    const { client, settle, outcome } = await startStack();
    await client.startNew("netDeepResult", { instanceId: "64", input: 64 });
    await client.startNew("netDeepResult", { instanceId: "65", input: 65 });
    await client.startNew("netDeepLater", { instanceId: "later" });
    await settle();
    expect(outcome("64")).toBeGreaterThan(100);
    expect(outcome("65")).toEqual({
      Failed: expect.stringContaining("Activity function 'netDeep' failed:  The reader's MaxDepth"),
    });
    expect(outcome("later")).toEqual({ Failed: expect.stringContaining("Non-Deterministic workflow detected") });
  });

  test("are refused in a start and in an event", async () => {
    const { client } = await startStack();
    await expect(client.startNew("netSelf", { input: nested(65) })).rejects.toThrow(/400.*MaxDepth of 64/);
    await client.startNew("netWaits", { instanceId: "w" });
    await expect(client.raiseEvent("w", "go", nested(65))).rejects.toThrow(/400.*MaxDepth of 64/);
  });
});
