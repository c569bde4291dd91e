import { describe, expect, test } from "vitest";
import type { DurableFunctions } from "../../../local/durable/functions.ts";
import { loadedFunctions } from "./application.ts";
import { forgetAttempts } from "./recorded-activities.ts";
import { variant } from "./recorded-app.ts";
import {
  type EntityTrigger,
  type HistoryEvent,
  recordedInvocations,
  recordedTurn,
  recordingsAreThere,
  type Turn,
  withoutIds,
} from "./recordings.ts";
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

/** What the orchestrator is told, without times, and results of calls made at once in order. */
function told({ trigger }: Turn): unknown {
  const events: HistoryEvent[] = trigger.history
    .filter(({ EventType }) => EventType !== 12 && EventType !== 13)
    .map(({ Timestamp: _, Details, Reason, Input, IsPlayed, ClientSpanId: _span, ...event }) => ({
      ...event,
      IsPlayed,
      ...(Reason === undefined ? {} : { Reason: String(Reason).slice(0, 51), Details: typeof Details }),
      // The request to an entity holds more of the host's own bookkeeping.
      ...(Input === undefined ? {} : { Input: event.EventType === 14 ? typeof Input : Input }),
    }));
  // Which of three calls made at once is done first is chance: the first result stands for the one that came first, and so on.
  const isGreeting = ({ EventType, Result }: HistoryEvent) => EventType === 5 && /Hello/.test(String(Result));
  const greetings = trigger.history
    .filter(isGreeting)
    .map(({ TaskScheduledId, Result }) => ({ TaskScheduledId, Result }))
    .sort((one, other) => Number(one.TaskScheduledId) - Number(other.TaskScheduledId));
  const all = greetings.length === 3;
  const shown = events.map((event) =>
    isGreeting(event) ? { ...event, TaskScheduledId: 0, Result: "", ...(all ? greetings.shift() : {}) } : event,
  );
  const { history: _, ...rest } = trigger;
  return normal({ ...rest, events: shown }, trigger.instanceId);
}

interface EntityAnswer {
  entityState: string;
  results: { isError: boolean; result?: string }[];
}
interface Batch {
  data: EntityTrigger;
  answer: EntityAnswer;
}

/** What the entity `key` was asked for, one by one, and what it answered. */
const operations = (batches: Batch[], key: string) =>
  batches
    .filter(({ data }) => data.self.key === key)
    .flatMap(({ data, answer }) =>
      withoutIds(data).batch.map((operation, index) => ({
        ...operation,
        isError: answer.results[index]?.isError,
        result: answer.results[index]?.result,
      })),
    );

/** Runs it and gives the turns of the instance itself. */
async function run(eventName: (round: number) => string, id: string) {
  forgetAttempts();
  variant.eventName = eventName;
  const turns: Turn[] = [];
  const batches: Batch[] = [];
  const loaded = loadedFunctions();
  const functions: DurableFunctions = {
    ...loaded,
    async runOrchestrator(name, data) {
      const outcome = await loaded.runOrchestrator(name, data);
      const trigger = data as Turn["trigger"];
      if (trigger.instanceId === id && outcome.ok) turns.push({ trigger, state: outcome.value as Turn["state"] });
      return outcome;
    },
    async runEntity(name, data) {
      const outcome = await loaded.runEntity(name, data);
      if (outcome.ok) batches.push({ data: data as EntityTrigger, answer: outcome.value as EntityAnswer });
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
  return { ...stack, turns, batches };
}

describe.skipIf(!recordingsAreThere)("an orchestration with everything in it", () => {
  test.each([
    ["ev-1", 0, 30, () => "approve"],
    ["ev-1795477733492", 31, 62, (round: number) => `approve${round}`],
  ] as const)(
    "each turn of %s is told what the real host told it, and answers the same",
    async (id, from, to, name) => {
      const { turns, outcome, batches } = await run(name, id);
      expect(turns).toHaveLength(to - from + 1);
      for (const [index, turn] of turns.entries()) {
        const recorded = recordedTurn(from + index);
        expect.soft(told(turn), `turn ${from + index}`).toEqual(told(recorded));
        expect.soft(normal(turn.state, id), `turn ${from + index}`).toEqual(normal(recorded.state, id));
      }
      // With one name for both generations the event that ended the first is there again in the second and ends that too.
      expect(outcome(id)).toMatchObject({ evres: { round: name(0) === name(1) ? 0 : 1 }, round: 1 });

      // How operations on an entity were cut into batches is a matter of time.
      const recorded = recordedInvocations("entityTrigger-counter").map(({ inputData, response }) => ({
        data: Object.values(inputData)[0]?.value as EntityTrigger,
        answer: JSON.parse(response.returnValue.json) as EntityAnswer,
      }));
      const own = `k-${id}`;
      expect(operations(batches, own)).toEqual(operations(recorded, own));
      expect(operations(batches, own)).toHaveLength(8);
    },
  );

  test("what a generation is told first has been played or not as recorded", async () => {
    const { turns } = await run(() => "approve", "ev-1");
    const second = turns.find(({ trigger }) => (trigger.input as { round: number }).round === 1) as Turn;
    expect(second.trigger.history.map(({ EventType, IsPlayed }) => [EventType, IsPlayed])).toEqual(
      recordedTurn(16).trigger.history.map(({ EventType, IsPlayed }) => [
        EventType,
        EventType === 13 ? false : IsPlayed,
      ]),
    );
  });
});
