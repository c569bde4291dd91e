import { expect, test } from "vitest";
import { actionType, event, eventType } from "../../../local/durable/events.ts";
import { describeWaits, waitsOf } from "../../../local/testing/waits.ts";

const start = Date.UTC(2026, 5, 15, 9);
const day = 86_400_000;
const iso = (offset: number) => new Date(start + offset).toISOString();
const timer = (id: number, due: number) => event(eventType.TimerCreated, start, { EventId: id, FireAt: iso(due) });

test("events go to the waits for them in order, cancelled timers are gone, calls are open until they are answered", () => {
  const actions = [
    { actionType: actionType.WaitForExternalEvent, externalEventName: "go" },
    { actionType: actionType.WaitForExternalEvent, externalEventName: "go" },
    {
      actionType: actionType.WhenAny,
      compoundActions: [
        { actionType: actionType.CreateTimer, fireAt: iso(60_000), isCanceled: true },
        { actionType: actionType.CreateTimer, fireAt: iso(120_000), isCanceled: false },
      ],
    },
  ];
  const history = [
    timer(0, 60_000),
    timer(1, 120_000),
    event(eventType.TaskScheduled, start, { EventId: 2, Name: "brew" }),
    event(eventType.TaskScheduled, start, { EventId: 3, Name: "serve" }),
    event(eventType.TaskCompleted, start, { TaskScheduledId: 2 }),
    event(eventType.EventRaised, start, { Name: "go" }),
  ];
  const waits = waitsOf(actions, history, start);
  expect(waits).toEqual({ events: ["go"], timers: [start + 120_000], activities: ["serve"], orchestrations: [] });
  expect(describeWaits(waits, start)).toBe("the event 'go', a timer due in 0:02:00, the activity 'serve'");
});

test("of a long timer only its end counts; the pause before a retry counts, though a timer is due later", () => {
  const actions = [{ actionType: actionType.CreateTimer, fireAt: iso(10 * day), isCanceled: false }];
  const hop = timer(0, 3 * day);
  expect(waitsOf(actions, [hop], start).timers).toEqual([start + 10 * day]);
  const within = [{ actionType: actionType.CreateTimer, fireAt: iso(2 * day), isCanceled: false }];
  const retry = timer(1, 5_000);
  expect(waitsOf(within, [timer(0, 2 * day), retry], start).timers).toEqual([start + 5_000, start + 2 * day]);
});
