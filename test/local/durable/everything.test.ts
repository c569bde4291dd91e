import { describe, expect, test } from "vitest";
import type { DurableFunctions } from "../../../local/durable/functions.ts";
import { loadedFunctions } from "./application.ts";
import { forgetAttempts, variant } from "./recorded-app.ts";
import { type HistoryEvent, recordedCalls, recordedTurn, recordingsAreThere, type Turn } from "./recordings.ts";
import { startStack } from "./stack.ts";

/** The orchestration that was recorded on the real host, run here: the orchestrator has to be told the same. */

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
async function run(eventName: (round: number) => string, id: string) {
  forgetAttempts();
  variant.eventName = eventName;
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
  await stack.client.startNew("everything", { instanceId: id, input: { round: 0, tag: "cap" } });
  for (const round of new Set([eventName(0), eventName(1)]).size > 1 ? [0, 1] : [0]) {
    await stack.advance(10_000);
    await stack.client.raiseEvent(id, eventName(round), { approved: true, by: "me", round });
  }
  await stack.advance(10_000);
  return { ...stack, turns };
}

describe.skipIf(!recordingsAreThere)("an orchestration with everything in it", () => {
  test("each generation's last turn is told what the real host told it, and answers the same", async () => {
    const { turns, outcome } = await run(() => "approve", "ev-1");
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
    const { turns, outcome } = await run((round) => `approve${round}`, id);
    const last = turns.at(-1) as Turn;
    expect(told(last)).toEqual(told(recordedTurn(62)));
    expect(normal(last.state, id)).toEqual(normal(recordedTurn(62).state, id));
    expect(outcome(id)).toMatchObject({ evres: { round: 1 }, round: 1 });
  });

  test("its status with history, and that of a child, are as recorded", async () => {
    const id = "ev-1795477733492";
    const { outcome, origin, engine } = await run((round) => `approve${round}`, id);
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
      const body: unknown = await answer.json();
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
