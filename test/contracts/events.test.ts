import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEvent, sequenceOf } from "../../contracts/events.ts";

const good = {
  specversion: "1.0",
  id: "queue-main-7",
  type: "crema.queue.changed.v1",
  source: "/crema/orders",
  subject: "stores/main/queue",
  time: "2026-05-04T08:30:00.000Z",
  sequence: sequenceOf(7),
  correlationid: "queue-main-7",
  data: { queue: { storeId: "main", version: 7, active: 3 } },
};

test("an event keeps the attributes that we do not know", () => {
  expect(parseEvent({ ...good, partnerattribute: "x" })).toEqual({ event: { ...good, partnerattribute: "x" } });
});

test("the time may be written in another way by whoever passed the event on", () => {
  for (const time of ["2026-05-04T08:30:00Z", "2026-05-04T08:30:00.0000000Z", "2026-05-04T10:30:00+02:00"]) {
    expect(parseEvent({ ...good, time })).toEqual({ event: good });
  }
  expect(parseEvent({ ...good, time: "2026-05-04 08:30" })).toHaveProperty("problems");
});

test("whatever attribute is broken, the problem names it", () => {
  const breakable = ["specversion", "id", "type", "source", "subject", "time", "sequence", "correlationid"] as const;
  fc.assert(
    fc.property(fc.constantFrom(...breakable), fc.constantFrom(undefined, null, 7, "", {}), (attribute, value) => {
      if (attribute === "correlationid" && value === "") return;
      const parsed = parseEvent({ ...good, [attribute]: value });
      expect("problems" in parsed && parsed.problems.map(({ path }) => path)).toContain(attribute);
    }),
  );
});

test("data that does not fit its type is a problem of the data", () => {
  const parsed = parseEvent({ ...good, data: { queue: { storeId: "main", version: 7, active: -1 } } });
  expect(parsed).toMatchObject({ problems: [{ path: "data.queue.active" }] });
});

test("sequences sort as text as their numbers do", () => {
  const version = fc.integer({ min: 0, max: 2_000_000_000 });
  fc.assert(fc.property(version, version, (a, b) => sequenceOf(a) < sequenceOf(b) === a < b));
});
