import type { DurableClient } from "durable-functions";
import { describe, expect, test } from "vitest";
import type { DurableFunctions } from "../../../local/durable/functions.ts";
import { df, loadedFunctions, plain } from "./application.ts";
import {
  type EntityTrigger,
  recordedCalls,
  recordedEntityBatches,
  recordedRpcCalls,
  recordingsAreThere,
  withoutIds,
} from "./recordings.ts";
import { startStack } from "./stack.ts";

/** What the JavaScript client sent to the real host and got, at the level of HTTP and at the level of its own calls. */

const counter = (key: string) => new df.EntityId("counter", key);
df.app.entity("counter", (context) => {
  const { df: own } = context;
  const value = own.getState(() => 0) as number;
  if (own.operationName === "add") {
    own.setState(value + (own.getInput() as number));
    own.return(value + (own.getInput() as number));
  }
  if (own.operationName === "get") own.return(value);
  if (own.operationName === "reset") own.setState(0);
  if (own.operationName === "relay") own.signalEntity(counter(own.getInput() as string), "add", 7);
  if (own.operationName === "boom") throw new Error("entity boom");
});
df.app.activity("say", { handler: (name: string) => `Hello, ${name}!` });
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
df.app.orchestration("entityError", function* (context) {
  try {
    yield context.df.callEntity(counter("err"), "boom");
  } catch (error) {
    return { caught: (error as Error).message };
  }
  return undefined;
});

/** Names of fields and types of what is in them; `null` and text count as one where the real host gives either. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shape(field)]));
}

const isList = (path: string) => /\/instances\/(\?|$)/.test(path);

test.skipIf(!recordingsAreThere)("every recorded call of the client's rpc form is answered as recorded", async () => {
  const calls = recordedRpcCalls();
  expect(calls).toHaveLength(72);
  const stack = await startStack();
  for (const [index, { method, path, requestHeaders, requestBody, ...recorded }] of calls.entries()) {
    const label = `${index}: ${method} ${path}`;
    // An empty text was recorded both for no body and for the JSON text `""`, which stands for "no input".
    const text = Number(requestHeaders["content-length"] ?? 0) === 0 ? null : JSON.stringify(requestBody);
    const headers = Object.fromEntries(
      Object.entries(requestHeaders).filter(([name]) => !["host", "content-length", "accept-encoding"].includes(name)),
    );
    const init = { method, headers, ...(text === null ? {} : { body: text }) };
    const answer = await fetch(`${stack.origin}${path}`, init);
    const body = await answer.text();
    await stack.settle();
    expect(answer.status, label).toBe(recorded.status);
    for (const name of ["retry-after", "content-type"]) {
      expect(answer.headers.get(name), `${label}, ${name}`).toBe(recorded.responseHeaders[name] ?? null);
    }
    expect(answer.headers.has("location"), label).toBe("location" in recorded.responseHeaders);
    if (recorded.responseBody === "") expect(body, label).toBe("");
    else if (isList(path) && method === "GET") {
      const fields = (list: unknown) => [...new Set((list as object[]).map((item) => Object.keys(item).join()))];
      expect(fields(JSON.parse(body)), label).toEqual(fields(recorded.responseBody));
    } else expect(shape(JSON.parse(body)), label).toEqual(shape(recorded.responseBody));
  }
});

interface Given {
  id: string;
  name: string;
  key: string;
  opName: string;
  data: unknown;
  reason: string;
  opts: Record<string, unknown>;
}

/** The call of the client that a recorded label names. */
function callClient(client: DurableClient, method: string, given: Given): Promise<unknown> {
  const { id, name, key, data, reason, opts } = given;
  const dates = (filter: Record<string, unknown>) => ({
    ...filter,
    ...(filter.createdTimeFrom ? { createdTimeFrom: new Date(String(filter.createdTimeFrom)) } : {}),
  });
  switch (method) {
    case "startNew":
      return client.startNew(name, opts);
    case "getStatus":
      return client.getStatus(id, opts);
    case "getStatusBy":
      return client.getStatusBy(dates(opts) as never);
    case "getStatusAll":
      return client.getStatusAll();
    case "raiseEvent":
      return client.raiseEvent(id, name, data);
    case "suspend":
      return client.suspend(id, reason);
    case "resume":
      return client.resume(id, reason);
    case "terminate":
      return client.terminate(id, reason);
    case "rewind":
      return client.rewind(id, reason);
    case "purge":
      return client.purgeInstanceHistory(id);
    case "purgeBy":
      return client.purgeInstanceHistoryBy(dates(opts) as never);
    case "signalEntity":
      return client.signalEntity(counter(key), given.opName, data);
    case "readEntity":
      return client.readEntityState(counter(key));
    default:
      throw new Error(`The client has no call '${method}' here.`);
  }
}

test.skipIf(!recordingsAreThere)(
  "every recorded call of DurableClient gives the recorded result or error",
  async () => {
    const stack = await startStack();
    // These make answers for HTTP functions, or wait by the machine's clock.
    const calls = recordedCalls("http-08-client-from-app").filter(
      ({ label }) => !/\.(clientInfo|payload|wait) /.test(label),
    );
    expect(calls).toHaveLength(32);
    for (const { label, body } of calls) {
      const [, method = "", json = "{}"] = /^client\.(\w+) (.*)$/.exec(label) ?? [];
      const recorded = body as { ok: boolean; result?: unknown; error?: string };
      const answer = await callClient(stack.client, method, JSON.parse(json) as Given).then(
        (result) => ({ ok: true, result: JSON.parse(JSON.stringify(result ?? null)) as unknown }),
        (error: Error) => ({ ok: false, error: error.message }),
      );
      await stack.settle();
      expect(answer.ok, label).toBe(recorded.ok);
      // Here an instance has had its first turn already when it is asked for.
      if ("error" in answer)
        expect(answer.error, label).toBe(recorded.error?.replace("status Pending", "status Running"));
      else if (Array.isArray(recorded.result)) expect(Array.isArray(answer.result), label).toBe(true);
      else if (method === "getStatus") expect(shape(answer.result), label).toEqual(shape(recorded.result));
      else expect(answer.result, label).toEqual(recorded.result ?? null);
    }
  },
);

describe.skipIf(!recordingsAreThere)("an entity function is given what the real host gave it", () => {
  async function batches(drive: (client: DurableClient, settle: () => Promise<void>) => Promise<void>) {
    const seen: EntityTrigger[] = [];
    const loaded = loadedFunctions();
    const functions: DurableFunctions = {
      ...loaded,
      runEntity: (name, data) => {
        seen.push(data as EntityTrigger);
        return loaded.runEntity(name, data);
      },
    };
    const stack = await startStack({ attach: false });
    await stack.engine.attach(functions);
    await drive(stack.client, stack.settle);
    await stack.settle();
    return (key: string) => seen.filter(({ self }) => self.key === key).map(withoutIds);
  }

  test("signals from outside, an operation without a name, an error, and a signal from an entity", async () => {
    const of = await batches(async (client, settle) => {
      const signal = async (key: string, name: string, input?: unknown) => {
        await client.signalEntity(counter(key), name, input);
        await settle();
      };
      await signal("h1", "add", 5);
      await signal("h1", "", 1);
      await signal("h1", "get");
      await signal("h2", "boom");
      await signal("h3", "relay", "h4");
      await signal("app", "add", 3);
    });
    for (const key of ["h1", "h2", "h3", "h4", "app"]) {
      expect(of(key), key).toEqual(recordedEntityBatches(key));
      expect(of(key).length, key).toBeGreaterThan(0);
    }
  });

  test("a call from an orchestration that fails", async () => {
    const of = await batches(async (client) => void (await client.startNew("entityError", { instanceId: "f" })));
    expect(of("err")).toEqual(recordedEntityBatches("err"));
  });
});
