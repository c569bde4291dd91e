import { describe, expect, test } from "vitest";
import type { DurableFunctions } from "../../../local/durable/functions.ts";
import { df, loadedFunctions } from "./application.ts";
import { type HistoryEvent, recordedCalls, recordedTurn, recordingsAreThere, type Turn } from "./recordings.ts";
import { startStack } from "./stack.ts";

/** The orchestration that was recorded on the real host, run here: the orchestrator has to be told the same. */

const attempts = new Map<string, number>();
df.app.activity("fetchThing", { handler: (input: unknown) => ({ echoed: input, list: [1, 2, 3], s: "ünïcødé ✓" }) });
df.app.activity("say", { handler: (name: string) => `Hello, ${name}!` });
df.app.activity("flaky", {
  handler: ({ key, times }: { key: string; times: number }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= times) throw new Error(`flaky failed #${attempt}`);
    return { ok: true, attempts: attempt };
  },
});
df.app.entity("counter", (context) => {
  const value = context.df.getState(() => 0) as number;
  if (context.df.operationName === "reset") context.df.setState(0);
  if (context.df.operationName === "add") {
    context.df.setState(value + (context.df.getInput() as number));
    context.df.return(value + (context.df.getInput() as number));
  }
  if (context.df.operationName === "get") context.df.return(value);
});
df.app.orchestration("child", function* (context) {
  const r: unknown = yield context.df.callActivity("fetchThing", context.df.getInput());
  return { child: true, id: context.df.instanceId, parent: context.df.parentInstanceId, r };
});
df.app.orchestration("flakyChild", function* (context) {
  return yield context.df.callActivity("flaky", context.df.getInput());
});
const everything = (eventName: (round: number) => string) =>
  function* (
    context: import("durable-functions").OrchestrationContext,
  ): Generator<import("durable-functions").Task, unknown, never> {
    const { df: own } = context;
    const { round } = own.getInput() as { round: number };
    const id = own.instanceId;
    const later = (milliseconds: number) => new Date(own.currentUtcDateTime.getTime() + milliseconds);
    own.setCustomStatus({ stage: "activity", round });
    const a: unknown = yield own.callActivity("fetchThing", { x: 1, nested: { y: "z" } });
    own.setCustomStatus({ stage: "retry", round });
    const options = new df.RetryOptions(1000, 3);
    const b: unknown = yield own.callActivityWithRetry("flaky", options, { key: `${id}${round}`, times: 1 });
    yield own.createTimer(later(1500));
    const fan: unknown = yield own.Task.all(["a", "b", "c"].map((name) => own.callActivity("say", name))) as never;
    const sub: unknown = yield own.callSubOrchestrator("child", { from: id }, `${id}-child${round}`);
    const subAuto: unknown = yield own.callSubOrchestrator("child", { auto: true });
    const input = { key: `sub${id}${round}`, times: 1 };
    const subRetry: unknown = yield own.callSubOrchestratorWithRetry("flakyChild", options, input, `${id}-fc${round}`);
    const counter = new df.EntityId("counter", `k-${id}`);
    own.signalEntity(counter, "reset");
    const c1: unknown = yield own.callEntity(counter, "add", 5);
    own.signalEntity(counter, "add", 10);
    const c2: unknown = yield own.callEntity(counter, "get");
    own.setCustomStatus({ stage: "waiting", round });
    const event = own.waitForExternalEvent(eventName(round));
    const timer = own.createTimer(later(120_000));
    const winner: unknown = yield own.Task.any([event, timer]) as never;
    if (winner === event) timer.cancel();
    if (round < 1) {
      own.continueAsNew({ round: round + 1 });
      return undefined;
    }
    own.setCustomStatus("finished");
    return { a, b, fan, sub, subAuto, subRetry, c1, c2, evres: event.result, round };
  };
df.app.orchestration(
  "everything",
  everything(() => "approve"),
);
df.app.orchestration(
  "everythingByRound",
  everything((round) => `approve${round}`),
);

const guid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;
const normal = (value: unknown, id: string): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null)
      .replaceAll(id, "ID")
      .replace(guid, "GUID")
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, "TIME"),
  );

/** What the orchestrator is told, without times, without how it was cut into turns, and results of calls made at once in order. */
function told({ trigger }: Turn): unknown {
  const events = trigger.history
    .filter(({ EventType }) => EventType !== 12 && EventType !== 13)
    .map(({ Timestamp: _, Details, Reason, Input, IsPlayed, ClientSpanId: _span, ...event }) => ({
      ...event,
      IsPlayed,
      ...(Reason === undefined ? {} : { Reason: String(Reason).slice(0, 51), Details: typeof Details }),
      // The request to an entity holds more of the host's own bookkeeping.
      ...(Input === undefined ? {} : { Input: event.EventType === 14 ? typeof Input : Input }),
    }));
  const fan = (event: HistoryEvent) =>
    event.EventType === 5 && /Hello/.test(String(event.Result)) ? Number(event.TaskScheduledId) : 0;
  const sorted = [...events].map((event, index) => ({ event, index }));
  sorted.sort((one, other) =>
    fan(one.event) && fan(other.event) ? fan(one.event) - fan(other.event) : one.index - other.index,
  );
  const { history: _, ...rest } = trigger;
  return normal({ ...rest, events: sorted.map(({ event }) => event) }, trigger.instanceId);
}

/** Runs it and gives the turns of the instance itself. */
async function run(orchestrator: string, id: string, raise: string[]) {
  attempts.clear();
  const turns: Turn[] = [];
  const loaded = loadedFunctions();
  const functions: DurableFunctions = {
    ...loaded,
    async runOrchestrator(name, data) {
      const outcome = await loaded.runOrchestrator(name, data);
      const trigger = data as Turn["trigger"];
      if (trigger.instanceId === id && outcome.ok) turns.push({ trigger, state: outcome.value as Turn["state"] });
      return outcome;
    },
  };
  const stack = await startStack({ attach: false });
  await stack.engine.attach(functions);
  await stack.client.startNew(orchestrator, { instanceId: id, input: { round: 0, tag: "cap" } });
  for (const [round, name] of raise.entries()) {
    await stack.advance(10_000);
    await stack.client.raiseEvent(id, name, { approved: true, by: "me", round });
  }
  await stack.advance(10_000);
  return { ...stack, turns };
}

describe.skipIf(!recordingsAreThere)("an orchestration with everything in it", () => {
  test("each generation's last turn is told what the real host told it, and answers the same", async () => {
    const { turns, outcome } = await run("everything", "ev-1", ["approve"]);
    const first = turns.findLast(({ trigger }) => (trigger.input as { round: number }).round === 0) as Turn;
    expect(told(first)).toEqual(told(recordedTurn(15)));
    expect(normal(first.state, "ev-1")).toEqual(normal(recordedTurn(15).state, "ev-1"));

    const second = turns.find(({ trigger }) => (trigger.input as { round: number }).round === 1) as Turn;
    expect(told(second)).toEqual(told(recordedTurn(16)));
    expect(second.trigger.history.map(({ EventType, IsPlayed }) => [EventType, IsPlayed])).toEqual(
      recordedTurn(16).trigger.history.map(({ EventType, IsPlayed }) => [
        EventType,
        EventType === 13 ? false : IsPlayed,
      ]),
    );

    // The event that ended the first generation is there again in the second and ends that too.
    const last = turns.at(-1) as Turn;
    expect(told(last)).toEqual(told(recordedTurn(30)));
    expect(normal(last.state, "ev-1")).toEqual(normal(recordedTurn(30).state, "ev-1"));
    expect(outcome("ev-1")).toMatchObject({ evres: { round: 0 }, round: 1 });
  });

  test("with an event name for each generation each gets its own event, as recorded", async () => {
    const id = "ev-1795477733492";
    const { turns, outcome } = await run("everythingByRound", id, ["approve0", "approve1"]);
    const last = turns.at(-1) as Turn;
    const renamed = {
      ...last,
      trigger: JSON.parse(JSON.stringify(last.trigger).replaceAll("everythingByRound", "everything")),
    };
    expect(told(renamed)).toEqual(told(recordedTurn(62)));
    expect(normal(last.state, id)).toEqual(normal(recordedTurn(62).state, id));
    expect(outcome(id)).toMatchObject({ evres: { round: 1 }, round: 1 });
  });

  test("its status with history, and that of a child, are as recorded", async () => {
    const id = "ev-1795477733492";
    const { outcome, origin, engine } = await run("everythingByRound", id, ["approve0", "approve1"]);
    expect(outcome(id)).toMatchObject({ round: 1 });
    const key = JSON.parse(engine.clientBinding(origin)).requiredQueryStringParameters.slice("code=".length) as string;
    for (const label of ["final with history", "child status"]) {
      const call = recordedCalls("http-07-everything").find((recorded) => recorded.label === label);
      if (call === undefined) throw new Error(`'${label}' is not recorded`);
      const url = new URL(
        call.request.url.replace("taskHub=CapHub", `taskHub=${engine.hubName}`).replace("SYSTEM-KEY", key),
      );
      const answer = await fetch(new URL(url.pathname + url.search, origin));
      expect(answer.status, label).toBe(call.status);
      const body: unknown = JSON.parse((await answer.text()).replaceAll("everythingByRound", "everything"));
      expect(seen(body, id), label).toEqual(seen(call.body, id));
    }
  });
});

interface Status {
  historyEvents: Record<string, unknown>[];
}

/** A status without times, with the results of calls that were made at once in the order of their text. */
function seen(body: unknown, id: string): unknown {
  const { historyEvents, ...rest } = normal(body, id) as Status & Record<string, unknown>;
  const greeting = (event: Record<string, unknown>) => /Hello/.test(String(event.Result));
  const greetings = historyEvents.filter(greeting).map((event) => String(event.Result));
  greetings.sort();
  return {
    ...rest,
    historyEvents: historyEvents.map((event) => {
      // The request to an entity holds more of the host's own bookkeeping.
      const kept = event.EventType === "EventSent" ? { ...event, Input: typeof event.Input } : event;
      const said = greeting(event) ? { Result: greetings.shift() } : {};
      return {
        ...kept,
        ...said,
        ...("Reason" in event ? { Reason: typeof event.Reason, Details: typeof event.Details } : {}),
      };
    }),
  };
}
