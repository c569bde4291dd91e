import fc from "fast-check";
import { expect, test } from "vitest";
import { type CremaEvent, parseEvent } from "../../../contracts/events.ts";
import { eventsIn } from "../../../functions/outbox/events.ts";
import { batches } from "../../../functions/outbox/send.ts";
import { eventDocument } from "../../../functions/platform/outbox-document.ts";
import { outgoing } from "../../../functions/platform/outgoing.ts";

const queueDocument = {
  id: "queue",
  kind: "queue",
  storeId: "main",
  version: 7,
  active: 3,
  _ts: 1_777_883_400,
};
const rejected = eventDocument({
  type: "crema.config.rejected.v1",
  id: "rejected-1",
  service: "config",
  storeId: "main",
  about: "config/drink:latte",
  version: 1,
  correlationid: "rejected-1",
  data: { documentId: "drink:latte", problems: [] },
});

test("event documents and the queue are told of, other documents are not", () => {
  const { events, invalid } = eventsIn([rejected, queueDocument, { id: "o1", kind: "order" }, { id: "page" }]);
  expect(events.map(({ id }) => id)).toEqual(["rejected-1", "queue-main-7"]);
  expect(invalid).toEqual([]);
});

test("an event that somebody was taken out of was told when it was new, and is not told again", () => {
  expect(eventsIn([{ ...rejected, erased: true }])).toEqual({ events: [], invalid: [] });
});

test("the same queue document told of twice is the same event", () => {
  const [first, second] = [eventsIn([queueDocument]).events[0], eventsIn([{ ...queueDocument, _lsn: 9 }]).events[0]];
  expect(first).toEqual(second);
  expect(parseEvent(first)).toEqual({ event: first });
});

test("a document that holds no valid event is never among the events, and its problems are named", () => {
  const broken = { ...rejected, event: { ...rejected.event, data: {} } };
  const { events, invalid } = eventsIn([broken, { ...queueDocument, active: -1 }, { id: "x", kind: "event" }]);
  expect(events).toEqual([]);
  expect(invalid.map(({ id }) => id)).toEqual(["rejected-1", "queue", "x"]);
  expect(invalid[0]?.problems[0]?.path).toBe("data.documentId");
});

test("batches keep every event, in order, within the limits of Event Grid", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 250 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const events = lengths.map((length, index) => {
        const data = { documentId: "x".repeat(length), problems: [] };
        return { ...rejected.event, id: `e${index}`, data } as CremaEvent;
      });
      const made = batches(events);
      expect(made.flat()).toEqual(events);
      for (const batch of made) {
        expect(batch.length).toBeLessThanOrEqual(100);
        expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(1024 * 1024);
      }
    }),
    { numRuns: 15 },
  );
});

test("extension attributes go out beside the attributes of CloudEvents", () => {
  const { extensionAttributes, time } = outgoing(rejected.event);
  expect(extensionAttributes).toEqual({ sequence: "0000000001", correlationid: "rejected-1" });
  expect(time.toISOString()).toBe(rejected.event.time);
});
