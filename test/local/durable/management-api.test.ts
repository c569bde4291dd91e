import { describe, expect, onTestFinished, test } from "vitest";
import { df, plain } from "./application.ts";
import { forgetAttempts } from "./recorded-activities.ts";
import {
  type RecordedCall,
  recordedCalls,
  recordedClientBinding,
  recordingsAreThere,
  testEachCall,
} from "./recordings.ts";
import { type Stack, startStack } from "./stack.ts";

/**
 * The management API against what the real host answered. Each recorded call is made again; status, the headers that matter and the shape of
 * the body have to be the same.
 */

df.app.orchestration("seq3", function* (context) {
  const greetings: string[] = [];
  for (const name of ["x", "y", "z"]) greetings.push(yield context.df.callActivity("say", name));
  return greetings;
});
df.app.orchestration("waiter", function* (context) {
  const x: unknown = yield context.df.waitForExternalEvent("go");
  return { x };
});
df.app.orchestration(
  "failThrow",
  plain(() => {
    throw new Error("orchestrator boom");
  }),
);
df.app.orchestration("failSub", function* (context) {
  yield context.df.callSubOrchestrator("failThrow");
});
df.app.orchestration("catchActivity", function* (context) {
  try {
    yield context.df.callActivity("flaky", { key: context.df.instanceId, times: 1 });
  } catch (error) {
    return { caught: (error as Error).message, name: (error as Error).name };
  }
  return undefined;
});
df.app.orchestration("failOnceForRewind", function* (context) {
  yield context.df.callActivity("say", "before");
  return yield context.df.callActivity("flaky", { key: context.df.instanceId, times: 1 });
});

/** Makes a call as it was recorded. */
async function replay({ engine, origin }: Stack, { request }: RecordedCall) {
  const key = JSON.parse(engine.clientBinding(origin)).requiredQueryStringParameters.slice("code=".length) as string;
  const url = new URL(request.url.replace("taskHub=CapHub", `taskHub=${engine.hubName}`).replace("SYSTEM-KEY", key));
  url.host = new URL(origin).host;
  const headers = { ...request.headers };
  if ("x-functions-key" in headers) headers["x-functions-key"] = key;
  const init = { method: request.method, headers, ...(request.body === null ? {} : { body: request.body }) };
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? "" : (JSON.parse(text) as unknown) };
}

/** The shape of a value: its fields and the types of what is in them. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shape(field)]));
}

async function check(stack: Stack, call: RecordedCall, exact = true) {
  await stack.settle();
  const answer = await replay(stack, call);
  await stack.settle();
  expect(answer.status, call.label).toBe(call.status);
  expect(answer.headers.get("retry-after"), call.label).toBe(call.headers["retry-after"] ?? null);
  expect(answer.headers.has("location"), call.label).toBe("location" in call.headers);
  if (call.body !== "") expect(answer.headers.get("content-type"), call.label).toBe(call.headers["content-type"]);
  expect(exact ? shape(answer.body) : typeof answer.body, call.label).toEqual(
    exact ? shape(call.body) : typeof call.body,
  );
  return answer;
}

const isWebhook = ({ request }: RecordedCall) => request.url.includes("/runtime/webhooks/durabletask");

describe.skipIf(!recordingsAreThere)("start and status as recorded", () => {
  // These are races with the start on the real host, or waits, tested below.
  const wanted = (call: RecordedCall) => isWebhook(call) && !/right after start|timeout/.test(call.label);
  testEachCall("http-01-start-and-status", wanted, async (call) => {
    const stack = await startStack();
    // Later calls of the recording saw a second instance of that id, with an empty object as input.
    const again = (call.body as { input?: object }).input;
    await stack.client.startNew("seq3", { instanceId: "s-1", input: again ?? { some: "input", n: 1 } });
    await stack.client.startNew("waiter", { instanceId: "s-8", input: {} });
    await check(stack, call);
  });
});

describe.skipIf(!recordingsAreThere)("raising events as recorded", () => {
  const isPost = ({ request }: RecordedCall) => request.method === "POST";
  testEachCall("http-02-raise-event", isPost, async (call) => {
    const stack = await startStack();
    for (const id of ["e-1", "e-2", "e-3"]) await stack.client.startNew("waiter", { instanceId: id });
    if (call.label.includes("completed")) await stack.client.raiseEvent("e-1", "go", 1);
    const answer = await check(stack, call);
    if (call.status === 400)
      expect((answer.body as { Message: string }).Message).toBe((call.body as { Message: string }).Message);
  });

  test("the whole recording in one go gives the same instances", async () => {
    const stack = await startStack();
    await stack.client.startNew("waiter", { instanceId: "e-1" });
    await stack.client.startNew("waiter", { instanceId: "e-2" });
    for (const call of recordedCalls("http-02-raise-event").filter(({ request }) => !request.url.includes("/e-3"))) {
      const answer = await check(stack, call);
      if (call.label === "status after event") {
        const events = (body: unknown) =>
          (body as { historyEvents: { EventType: string; Name?: string; Input?: string }[] }).historyEvents.map(
            ({ EventType, Name, Input }) => [EventType, Name, Input],
          );
        expect(events(answer.body)).toEqual(events(call.body));
      }
    }
  });
});

test.skipIf(!recordingsAreThere)("terminate, suspend and resume as recorded, in one go", async () => {
  const stack = await startStack();
  for (const id of ["t-1", "t-2", "t-3", "t-4"]) await stack.client.startNew("waiter", { instanceId: id });
  for (const call of recordedCalls("http-03-terminate-suspend-resume")) {
    const answer = await check(stack, call, call.label !== "status after resume");
    const output = (body: unknown) => (body as { output?: unknown }).output;
    if (output(call.body) !== undefined) expect(output(answer.body), call.label).toEqual(output(call.body));
    const exception = (body: unknown) => (body as { ExceptionMessage?: string }).ExceptionMessage;
    expect(exception(answer.body), call.label).toBe(exception(call.body));
  }
});

describe.skipIf(!recordingsAreThere)("failures, rewind and restart as recorded", () => {
  const file = "http-04-failures-rewind-restart";
  const labelled = (label: string): RecordedCall => {
    const found = recordedCalls(file).find((call) => call.label === label);
    if (found === undefined) throw new RangeError(`"${label}" is not recorded`);
    return found;
  };
  const inputs = { input: {} };

  for (const name of ["catchActivity", "failThrow", "failSub"]) {
    test(`${name}: status and history`, async () => {
      const stack = await startStack();
      forgetAttempts();
      await stack.client.startNew(name, { instanceId: `f-${name}`, ...inputs });
      await check(stack, labelled(`${name} final with history`));
    });
  }

  test("a failed instance is a 500 on demand", async () => {
    const stack = await startStack();
    await stack.client.startNew("failThrow", { instanceId: "f-failThrow", ...inputs });
    const answer = await check(stack, labelled("failed with returnInternalServerErrorOnFailure=true"));
    expect((answer.body as { output: string }).output).toBe(
      "Orchestrator function 'failThrow' failed: orchestrator boom",
    );
  });

  test("rewind takes the failure back and makes the failed call again", async () => {
    const stack = await startStack();
    forgetAttempts();
    await stack.client.startNew("failOnceForRewind", { instanceId: "rw-1" });
    await check(stack, labelled("failed before rewind"), false);
    await check(stack, labelled("rewind"));
    const answer = await check(stack, labelled("after rewind"));
    expect((answer.body as { output: unknown }).output).toEqual({ ok: true, attempts: 2 });
  });

  for (const label of ["rewind a completed instance", "rewind unknown"]) {
    test(label, async () => {
      const stack = await startStack();
      await stack.client.startNew("seq3", { instanceId: "s-1" });
      const answer = await check(stack, labelled(label));
      expect(answer.body).toBe(labelled(label).body);
    });
  }

  const isRestart = ({ label }: RecordedCall) => label.startsWith("restart");
  testEachCall(file, isRestart, async (call) => {
    const stack = await startStack();
    await stack.client.startNew("seq3", { instanceId: "s-1", input: { some: "input" } });
    await stack.client.startNew("seq3", { instanceId: "s-2" });
    await stack.client.startNew("waiter", { instanceId: "t-4" });
    const answer = await check(stack, call);
    if (call.status !== 202) return;
    const { id } = answer.body as { id: string };
    expect(stack.outcome(id)).toEqual(["Hello, x!", "Hello, y!", "Hello, z!"]);
    if (call.label.includes("s-1")) expect((await stack.client.getStatus(id)).input).toEqual({ some: "input" });
  });
});

test("rewind reaches into a sub-orchestration that failed and into a call that was retried in vain", async () => {
  df.app.orchestration("flakyInside", function* (context) {
    const options = new df.RetryOptions(1000, 2);
    return yield context.df.callActivityWithRetry("flaky", options, { key: context.df.instanceId, times: 2 });
  });
  df.app.orchestration("aroundFlaky", function* (context) {
    const before: string = yield context.df.callActivity("say", "before");
    const inside: unknown = yield context.df.callSubOrchestrator("flakyInside", null, "inside");
    const after: string = yield context.df.callActivity("say", "after");
    return [before, inside, after];
  });
  forgetAttempts();
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("aroundFlaky", { instanceId: "around" });
  await settle();
  await advance(5000);
  expect(outcome("around")).toEqual({ Failed: expect.stringContaining("flaky failed #2") });
  await client.rewind("around", "again");
  await settle();
  expect(outcome("inside")).toEqual({ ok: true, attempts: 3 });
  expect(outcome("around")).toEqual(["Hello, before!", { ok: true, attempts: 3 }, "Hello, after!"]);
});

describe.skipIf(!recordingsAreThere)("list and purge as recorded", () => {
  const all = () => true;
  testEachCall("http-05-list-filters-purge", all, async (call) => {
    const stack = await startStack();
    for (const id of ["s-1", "s-2", "s-3", "s-7"]) await stack.client.startNew("seq3", { instanceId: id });
    for (const id of ["t-1", "t-2", "t-4"]) await stack.client.startNew("waiter", { instanceId: id });
    await stack.settle();
    await stack.client.terminate("t-1", "because I said");
    await stack.client.terminate("t-2", "x");
    if (call.label === "status after purge") await stack.client.purgeInstanceHistory("s-7");
    const answer = await check(stack, call, false);
    if (typeof call.body === "string") expect(answer.body).toBe(call.body);
    if (call.label.startsWith("purge")) expect(answer.body).toEqual(call.body);
  });
});

test("pages follow each other by the continuation token", async () => {
  const { client, settle, origin, engine } = await startStack();
  for (let index = 0; index < 7; index++) await client.startNew("seq3", { instanceId: `s-${index}` });
  await settle();
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  const seen: string[] = [];
  for (let token: string | undefined = ""; token !== undefined; ) {
    const response: Response = await fetch(`${baseUrl}/instances?${key}&top=3`, {
      headers: { "x-ms-continuation-token": token },
    });
    const page = (await response.json()) as { instanceId: string }[];
    expect(page.length).toBeLessThanOrEqual(3);
    seen.push(...page.map(({ instanceId }) => instanceId));
    token = response.headers.get("x-ms-continuation-token") || undefined;
  }
  expect(seen).toEqual(["s-0", "s-1", "s-2", "s-3", "s-4", "s-5", "s-6"]);
  expect(await client.getStatusAll()).toHaveLength(7);
});

test("a start that waits is answered with the output, or as a start when the time is up", async () => {
  const { origin, engine, settle, clock, work } = await startStack();
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  const post = (path: string) =>
    fetch(`${baseUrl}/orchestrators/${path}?${key}&timeout=2&pollingInterval=1`, { method: "POST" });
  const done = await post("seq3/w-1");
  expect([done.status, await done.json()]).toEqual([200, ["Hello, x!", "Hello, y!", "Hello, z!"]]);
  const failed = await post("failThrow/w-2");
  expect([failed.status, await failed.json()]).toEqual([200, expect.objectContaining({ runtimeStatus: "Failed" })]);
  const waiting = post("waiter/w-3");
  for (; engine.instance("w-3")?.status !== "Running"; ) await settle();
  await clock.advance(2000, () => work.idle());
  expect((await waiting).status).toBe(202);
});

test("a start or restart waits only with a time-out and a polling interval, which must not be the longer one", async () => {
  const { origin, engine, settle } = await startStack();
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  const post = (path: string, query: string) => fetch(`${baseUrl}/${path}?${key}&${query}`, { method: "POST" });
  expect((await post("orchestrators/seq3/p-1", "timeout=2")).status).toBe(202);
  expect((await post("orchestrators/seq3/p-2", "pollingInterval=1")).status).toBe(202);
  const refused = await post("orchestrators/seq3/p-3", "timeout=1&pollingInterval=2");
  expect([refused.status, await refused.json()]).toEqual([
    400,
    expect.objectContaining({ ExceptionMessage: "Total timeout 1 should be bigger than retry timeout 2" }),
  ]);
  await settle();
  // It was started all the same.
  expect(engine.instance("p-3")?.status).toBe("Completed");
  const again = await post("instances/p-1/restart", "timeout=2&pollingInterval=1");
  expect([again.status, await again.json()]).toEqual([200, ["Hello, x!", "Hello, y!", "Hello, z!"]]);
});

test("parameters of a query are read as .NET reads them", async () => {
  const { client, origin, engine, settle } = await startStack();
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  await client.startNew("seq3", { instanceId: "done", input: 1 });
  await client.startNew("waiter", { instanceId: "waits" });
  await settle();
  const ids = async (query: string) => {
    const found = await fetch(`${baseUrl}/instances?${key}&${query}`);
    return ((await found.json()) as { instanceId: string }[]).map(({ instanceId }) => instanceId);
  };
  expect(await ids("runtimeStatus=Completed")).toEqual(["done"]);
  expect(await ids("RuntimeStatus= Completed , Running")).toEqual(["done", "waits"]);
  expect(await ids("runtimeStatus=Failed&runtimeStatus=Running")).toEqual(["waits"]);
  expect(await ids("runtimeStatus=1")).toEqual(["done"]);
  expect(await ids("runtimeStatus=ContinuedAsNew")).toEqual([]);
  // A name in another case is no status, and so no filter.
  expect(await ids("runtimeStatus=completed")).toEqual(["done", "waits"]);

  const input = async (query: string) => {
    const found = await fetch(`${baseUrl}/instances/done?${key}&${query}`);
    return ((await found.json()) as { input: unknown }).input;
  };
  expect(await input("SHOWINPUT=False")).toBe(null);
  expect(await input("showInput=0")).toBe(1);
  const restart = (query: string) => fetch(`${baseUrl}/instances/done/restart?${key}&${query}`, { method: "POST" });
  const { id } = (await (await restart("restartWithNewInstanceId=0")).json()) as { id: string };
  expect(id).not.toBe("done");
});

describe("the SDK's client", () => {
  test("makes every call, by rpc and without", async () => {
    const stack = await startStack();
    const { settle, client, outcome } = stack;
    expect(await client.startNew("waiter", { instanceId: "c-1", input: { q: 1 } })).toBe("c-1");
    await expect(client.startNew("waiter", { instanceId: "c-1" })).rejects.toThrow(
      'The operation failed with an unexpected status code: 409. Details: {"Message":"An Orchestration instance with the status',
    );
    await settle();
    expect(await client.getStatus("c-1")).toMatchObject({
      name: "waiter",
      runtimeStatus: "Running",
      input: { q: 1 },
      output: null,
    });
    await expect(client.getStatus("never")).rejects.toThrow("HTTP 404 response");
    await client.suspend("c-1", "p");
    await settle();
    expect((await client.getStatus("c-1")).runtimeStatus).toBe("Suspended");
    await client.resume("c-1", "r");
    await client.raiseEvent("c-1", "go", { d: 1 });
    await settle();
    expect(outcome("c-1")).toEqual({ x: { d: 1 } });
    await client.raiseEvent("c-1", "go", { d: 2 });
    await client.terminate("c-1", "x");
    await expect(client.rewind("c-1", "x")).rejects.toThrow(
      'only orchestrations in the "Failed" state can be rewound.',
    );
    await expect(client.raiseEvent("never", "go", 1)).rejects.toThrow("No instance with ID 'never' found.");
    expect(await client.getStatusBy({ runtimeStatus: [df.OrchestrationRuntimeStatus.Completed] })).toHaveLength(1);
    expect((await client.purgeInstanceHistory("c-1")).instancesDeleted).toBe(1);
    expect((await client.purgeInstanceHistory("never")).instancesDeleted).toBe(0);
    await client.startNew("seq3");
    await settle();
    const purged = await client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      runtimeStatus: [df.OrchestrationRuntimeStatus.Completed],
    });
    expect(purged.instancesDeleted).toBe(1);
  });

  test("an id is free again once its instance is over", async () => {
    const { client, settle, outcome, engine } = await startStack();
    await client.startNew("failThrow", { instanceId: "again" });
    await settle();
    await client.startNew("seq3", { instanceId: "again" });
    await settle();
    expect(outcome("again")).toEqual(["Hello, x!", "Hello, y!", "Hello, z!"]);
    expect(engine.history("again").filter(({ EventType }) => EventType === 0)).toHaveLength(1);
  });
});

test.skipIf(!recordingsAreThere)("the client binding is as recorded, with its addresses here", async () => {
  const { engine, rpcUrl } = await startStack({ options: { hubName: "BundleHub", systemKey: "SYSTEM-KEY" } });
  const binding = engine.clientBinding("http://localhost:7171").replace(rpcUrl, "http://127.0.0.1:17071/durabletask/");
  expect(JSON.parse(binding)).toEqual(JSON.parse(recordedClientBinding()));
});

test("the SDK's lists go over all pages, with filters by status, time and both", async () => {
  const { client, settle, advance, clock } = await startStack();
  const many = (from: number, to: number, name: string) =>
    Promise.all(
      Array.from({ length: to - from }, (_, n) =>
        client.startNew(name, { instanceId: `${name}-${String(from + n).padStart(3, "0")}` }),
      ),
    );
  await many(0, 130, "seq3");
  await settle();
  await advance(60_000);
  const later = new Date(clock.now());
  await many(0, 120, "waiter");
  await settle();
  const { Completed, Running } = df.OrchestrationRuntimeStatus;
  const names = (list: { name: string }[]) => [list.length, [...new Set(list.map(({ name }) => name))]];
  const all = await client.getStatusAll();
  expect(new Set(all.map(({ instanceId }) => instanceId)).size).toBe(250);
  expect(names(await client.getStatusBy({ runtimeStatus: [Completed] }))).toEqual([130, ["seq3"]]);
  expect(names(await client.getStatusBy({ createdTimeFrom: later }))).toEqual([120, ["waiter"]]);
  const before = { createdTimeTo: new Date(later.getTime() - 1) };
  expect(names(await client.getStatusBy(before))).toEqual([130, ["seq3"]]);
  expect(await client.getStatusBy({ ...before, runtimeStatus: [Running] })).toEqual([]);
  const purged = await client.purgeInstanceHistoryBy({ createdTimeFrom: new Date(0), ...before });
  expect(purged.instancesDeleted).toBe(130);
  expect(await client.getStatusAll()).toHaveLength(120);
});

test("a history shows inputs unless they are not wanted, and results when they are wanted", async () => {
  const { client, settle, origin, engine } = await startStack();
  await client.startNew("seq3", { instanceId: "h", input: { given: 1 } });
  await settle();
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  const ask = async (rest: string) =>
    (await (await fetch(`${baseUrl}/instances/h?${key}&showHistory=true${rest}`)).json()) as {
      input: unknown;
      historyEvents: Record<string, unknown>[];
    };
  const withInput = await ask("");
  expect(withInput.input).toEqual({ given: 1 });
  expect(withInput.historyEvents[0]?.Input).toBe('{"given":1}');
  expect(withInput.historyEvents.some((event) => "Result" in event)).toBe(false);
  const without = await ask("&showInput=false&showHistoryOutput=true");
  expect(without.input).toBeNull();
  expect(without.historyEvents.some((event) => "Input" in event)).toBe(false);
  expect(without.historyEvents.map(({ Result }) => Result).slice(1, 4)).toEqual([
    "Hello, x!",
    "Hello, y!",
    "Hello, z!",
  ]);
});

const keyed = (stack: Stack) => {
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(stack.engine.clientBinding(stack.origin));
  return (path: string, query: string, init: RequestInit = {}) => fetch(`${baseUrl}/${path}?${key}&${query}`, init);
};

test("lengths of time that .NET cannot wait end the request of a start or restart as its exceptions do", async () => {
  const stack = await startStack();
  const ask = keyed(stack);
  const post = async (query: string, path: string) => {
    const answer = await ask(path, query, { method: "POST" });
    const { Message, ExceptionType } = (await answer.json()) as Record<string, string>;
    return [answer.status, Message, ExceptionType];
  };
  const wrong = "One or more of the arguments submitted is incorrect";
  const failed = "Something went wrong while processing your request";
  const cases: [query: string, status: number, type: string][] = [
    ["timeout=Infinity&pollingInterval=1", 500, "System.OverflowException"],
    ["timeout=1e12&pollingInterval=1", 500, "System.OverflowException"],
    ["timeout=NaN", 400, "System.ArgumentException"],
    ["timeout=9e6&pollingInterval=5e6", 400, "System.ArgumentOutOfRangeException"],
    ["timeout=5&pollingInterval=-2", 400, "System.ArgumentOutOfRangeException"],
    ["timeout=-5&pollingInterval=-2", 400, "System.ArgumentException"],
  ];
  for (const [query, status, type] of cases)
    expect(await post(query, "orchestrators/waiter"), query).toEqual([status, status === 400 ? wrong : failed, type]);
  // Where .NET sees no number, and where the time is up before it begins, nothing is waited for.
  for (const query of [
    "timeout=0x10&pollingInterval=1",
    "timeout=-2&pollingInterval=-5",
    "timeout=ten&pollingInterval=1",
  ])
    expect((await ask("orchestrators/waiter", query, { method: "POST" })).status, query).toBe(202);
  await stack.client.startNew("seq3", { instanceId: "again" });
  await stack.settle();
  const restarted = await post("timeout=NaN", "instances/again/restart");
  expect(restarted.slice(0, 2)).toEqual([400, "InstanceId does not match a valid orchestration instance."]);
});

test("a list is refused for a size of page that Table Storage has not, a token of no page, and a date in a form of some country", async () => {
  const stack = await startStack();
  const ask = keyed(stack);
  await stack.client.startNew("seq3", { instanceId: "one" });
  await stack.settle();
  for (const path of ["instances", "entities"]) {
    for (const top of ["0", "-1", "1001"]) {
      const answer = await ask(path, `top=${top}`);
      expect([answer.status, await answer.text()], path + top).toEqual([
        501,
        expect.stringContaining(`'top' is ${top}`),
      ]);
    }
    // What .NET does not read as a whole number is left out.
    for (const top of ["1e0", "0x1", "1.0", "some"]) expect((await ask(path, `top=${top}`)).status, top).toBe(200);
    for (const token of ["made-up", "garbage", "////"]) {
      const answer = await ask(path, "", { headers: { "x-ms-continuation-token": token } });
      expect([answer.status, await answer.text()], token).toEqual([501, expect.stringContaining(token)]);
    }
  }
  const dates = [
    ["instances", "createdTimeFrom"],
    ["instances", "createdTimeTo"],
    ["entities", "lastOperationTimeFrom"],
    ["entities", "lastOperationTimeTo"],
  ];
  for (const [path = "", name = ""] of dates) {
    const answer = await ask(path, `${name}=24/11/2026`);
    expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining(`'${name}' is '24/11/2026'`)]);
    expect((await ask(path, `${name}=garbage`)).status).toBe(200);
  }
});

test("a time without a zone is UTC, as on Azure's hosts", async () => {
  const stack = await startStack();
  const ask = keyed(stack);
  const zone = process.env.TZ;
  process.env.TZ = "America/New_York";
  onTestFinished(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  await stack.client.startNew("seq3", { instanceId: "at-eight" });
  await stack.settle();
  const found = async (from: string) =>
    ((await (await ask("instances", `createdTimeFrom=${from}`)).json()) as []).length;
  expect(await found("2026-11-24T08:00:00")).toBe(1);
  expect(await found("2026-11-24T08:00:01")).toBe(0);
  expect(await found("2026-11-24T03:00:01-05:00")).toBe(0);
  expect(await found("Tue, 24 Nov 2026 08:00:01 GMT")).toBe(0);
});

test("another task hub or another storage is refused by its name, by the client too", async () => {
  const stack = await startStack({ options: { hubName: "OwnHub" } });
  const { client, engine, origin, settle, log } = stack;
  const ask = keyed(stack);
  await client.startNew("waiter", { instanceId: "w" });
  await settle();
  const calls = async (query: string) =>
    Promise.all([
      ask("instances", query),
      ask("entities", query),
      ask("orchestrators/waiter/forged", query, { method: "POST" }),
      ask("entities/c/k", query, { method: "POST" }),
      ask("instances/w", query),
    ]);
  for (const name of ["Other", "Storage2"]) {
    for (const answer of await calls(`connection=${name}`))
      expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining(`named '${name}'`)]);
  }
  const ofHub = await calls("taskHub=OtherHub");
  expect(ofHub.map(({ status }) => status)).toEqual([501, 501, 501, 501, 404]);
  expect(await ofHub[0]?.text()).toContain("no task hub 'OtherHub'");
  expect(log.map(({ message }) => message)).toContainEqual(expect.stringContaining("no task hub 'OtherHub'"));
  expect(engine.instance("forged")).toBeUndefined();
  for (const query of [
    "connection=storage",
    "connection=AzureWebJobsStorage",
    "connection=",
    "taskHub=ownhub",
    "taskHub=%20",
  ])
    expect((await ask("instances/w", query)).status, query).toBe(202);
  await expect(client.raiseEvent("w", "go", 1, { connectionName: "Other" })).rejects.toThrow("named 'Other'");
  await expect(client.raiseEvent("w", "go", 1, { taskHubName: "OtherHub" })).rejects.toThrow("No instance");
  await expect(client.readEntityState(new df.EntityId("c", "k"), { connectionName: "Other" })).rejects.toThrow("Other");
  expect(() => engine.clientBinding(origin, { taskHub: "OtherHub" })).toThrow("no task hub 'OtherHub'");
  expect(() => engine.clientBinding(origin, { connectionName: "Other" })).toThrow("named 'Other'");
});

test("the storage connection that host.json names is the one in the addresses", async () => {
  const stack = await startStack({ options: { connectionName: "DurableStorage" } });
  const binding = JSON.parse(stack.engine.clientBinding(stack.origin));
  expect(binding.managementUrls.statusQueryGetUri).toContain("connection=DurableStorage&");
  const ask = keyed(stack);
  expect((await ask("instances", "connection=DurableStorage")).status).toBe(200);
  expect((await ask("instances", "connection=Storage")).status).toBe(500);
});
