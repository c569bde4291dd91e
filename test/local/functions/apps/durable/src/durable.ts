import { existsSync, writeFileSync } from "node:fs";
import { app } from "@azure/functions";
import * as df from "durable-functions";

/** Ends the process, once, so that the next thread gets further. */
function leave(): void {
  if (!process.env.MARK || existsSync(process.env.MARK)) return;
  writeFileSync(process.env.MARK, "crashed");
  process.exit(3);
}

const brew = df.app.activity("brew", {
  handler: async (drink: string, context) => {
    if (drink === "tea") throw new Error("no tea here");
    if (drink === "espresso") leave();
    if (drink === "slow") await new Promise((resolve) => setTimeout(resolve, 200));
    return `${drink} for ${context.triggerMetadata?.instanceId}`;
  },
});

df.app.orchestration("serve", function* (context) {
  const drink = context.df.getInput<string>();
  const due = new Date(context.df.currentUtcDateTime.getTime() + 60_000);
  yield context.df.createTimer(due);
  return (yield brew(drink)) as string;
});

df.app.orchestration("serveAgain", function* (context) {
  const drink = context.df.getInput<string>();
  return (yield context.df.callActivityWithRetry("brew", new df.RetryOptions(1_000, 2), drink)) as string;
});

df.app.orchestration("leaves", function* (context) {
  const where = context.df.getInput<string>();
  if (where === "in the first turn") leave();
  yield brew("latte");
  if (where === "later") leave();
  return (yield context.df.callEntity(new df.EntityId("leaving", "one"), "count")) as number;
});

df.app.entity<number>("leaving", (context) => {
  leave();
  context.df.setState((context.df.getState(() => 0) ?? 0) + 1);
  context.df.return(context.df.getState());
});

df.app.orchestration("both", function* (context) {
  const made: string[] = yield context.df.Task.all(["latte", "mocha"].map((drink) => brew(drink)));
  const called: string = yield context.df.waitForExternalEvent("called");
  return [...made, called];
});

df.app.entity<number>("counter", (context) => {
  const value = context.df.getState(() => 0) ?? 0;
  if (context.df.operationName === "add") context.df.setState(value + (context.df.getInput<number>() ?? 0));
});

app.http("start", {
  route: "start/{name}",
  methods: ["POST"],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const instanceId = request.query.get("id") ?? undefined;
    const id = await client.startNew(String(request.params.name), {
      input: await request.json(),
      ...(instanceId === undefined ? {} : { instanceId }),
    });
    return client.createCheckStatusResponse(request, id);
  },
});

app.http("count", {
  route: "count/{by}",
  methods: ["POST"],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    await client.signalEntity(new df.EntityId("counter", "cups"), "add", Number(request.params.by));
    return { status: 202 };
  },
});

app.http("counted", {
  extraInputs: [df.input.durableClient()],
  handler: async (_request, context) => {
    const client = df.getClient(context);
    return { jsonBody: await client.readEntityState<number>(new df.EntityId("counter", "cups")) };
  },
});

app.http("startAndWait", {
  methods: ["POST"],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew("serve", { input: await request.json() });
    return client.waitForCompletionOrCreateCheckStatusResponse(request, id, {
      timeoutInMilliseconds: 600_000,
      retryIntervalInMilliseconds: 50,
    });
  },
});

const results: Record<string, () => unknown> = {
  buffer: () => Buffer.from("milk"),
  bytes: () => new Uint8Array([1, 2, 3]),
  notANumber: () => Number.NaN,
  endless: () => Number.NEGATIVE_INFINITY,
  nothing: () => undefined,
  // As the worker has it: who rejects with nothing has not failed.
  rejected: () => Promise.reject(),
  rejectedNull: () => Promise.reject(null),
};
df.app.activity("result", { handler: (kind: string) => results[kind]?.() });
df.app.activity("given", { handler: (input: unknown = "default") => [input] });
df.app.orchestration("values", function* (context) {
  const kinds = Object.keys(results);
  const came: unknown[] = yield context.df.Task.all(kinds.map((kind) => context.df.callActivity("result", kind)));
  const given: unknown[] = yield context.df.Task.all(
    [undefined, null, false, 0].map((input) => context.df.callActivity("given", input)),
  );
  return [Object.fromEntries(kinds.map((kind, index) => [kind, came[index]])), given];
});
