import type { DurableClient } from "durable-functions";
import { describe, expect, test } from "vitest";
import type { DurableFunctions } from "../../../local/durable/functions.ts";
import { loadedFunctions } from "./application.ts";
import { plain } from "./recorded-answer.ts";
import { counter } from "./recorded-app.ts";
import {
  type EntityTrigger,
  recordedEntityBatches,
  recordedRpcCalls,
  recordingsAreThere,
  withoutIds,
} from "./recordings.ts";
import { startStack } from "./stack.ts";

/** What the JavaScript client sent to the real host and got, and what an entity function was given. */

const isList = (path: string) => /\/instances\/(\?|$)/.test(path);
/** Calls that were answered before the instance had its first turn. */
const beforeFirstTurn = new Set([19, 20, 41, 42]);

test.skipIf(!recordingsAreThere)("every recorded call of the client's rpc form is answered as recorded", async () => {
  const calls = recordedRpcCalls();
  expect(calls).toHaveLength(72);
  const stack = await startStack({ options: { hubName: "CapHub" } });
  const { requiredQueryStringParameters } = JSON.parse(stack.engine.clientBinding(stack.origin));
  for (const [index, { method, path, requestHeaders, requestBody, ...recorded }] of calls.entries()) {
    const label = `${index}: ${method} ${path}`;
    // An empty text was recorded both for no body and for the JSON text `""`, which stands for "no input".
    const text = Number(requestHeaders["content-length"] ?? 0) === 0 ? null : JSON.stringify(requestBody);
    const headers = Object.fromEntries(
      Object.entries(requestHeaders).filter(([name]) => !["host", "content-length", "accept-encoding"].includes(name)),
    );
    if (beforeFirstTurn.has(index)) await stack.engine.detach();
    const answer = await fetch(path.replace("/durabletask/", stack.rpcUrl), {
      method,
      headers,
      ...(text === null ? {} : { body: text }),
    });
    const body = await answer.text();
    if (!beforeFirstTurn.has(index + 1)) await stack.attach();
    if (!beforeFirstTurn.has(index + 1)) await stack.settle();
    if (isList(path) && method === "GET") {
      // What is in a list was done by calls of the HTTP API in between: recorded-session.test.ts has them all.
      const fields = (list: unknown) => [...new Set((list as object[]).map((item) => Object.keys(item).join()))];
      expect(fields(JSON.parse(body)), label).toEqual(fields(recorded.responseBody));
      continue;
    }
    const here = { status: answer.status, headers: answer.headers, body: body === "" ? "" : JSON.parse(body) };
    const there = {
      status: recorded.status,
      headers: new Headers(recorded.responseHeaders),
      body: recorded.responseBody,
    };
    const asked = plain(here, new URL(stack.rpcUrl).origin)
      .replaceAll(requiredQueryStringParameters, "code=SYSTEM-KEY")
      .replaceAll(new URL(stack.rpcUrl).pathname, "/durabletask/");
    expect.soft(JSON.parse(asked), label).toEqual(JSON.parse(plain(there, "http://127.0.0.1:17071")));
  }
});

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
