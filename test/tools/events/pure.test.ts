import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CremaEvent, eventTypes } from "../../../contracts/events.ts";
import { samples } from "../../../tools/contracts/samples.ts";
import { inOrder, isWanted } from "../../../tools/events/archive.ts";
import type { Io } from "../../../tools/events/command.ts";
import { eventsOf, letterNamed } from "../../../tools/events/dead-letters.ts";
import { follow, openFeed } from "../../../tools/events/follow.ts";
import { checked, fresh, sampleOf } from "../../../tools/events/inject.ts";
import { letterOf } from "../../../tools/events/letters.ts";
import { lineOf } from "../../../tools/events/lines.ts";
import { moment, periodOf } from "../../../tools/events/moments.ts";
import { pace } from "../../../tools/events/pace.ts";
import type { Run } from "../../../tools/events/run-file.ts";
import type { Stand } from "../../../tools/events/stand.ts";
import { tellAgain } from "../../../tools/events/tell-again.ts";
import { pauseFor } from "../../../tools/events/terminal.ts";
import { causesFirst, inTime, treeOf } from "../../../tools/events/tree.ts";
import { typesNamed } from "../../../tools/events/which.ts";
import { UsageError } from "../../../tools/say-usage.ts";
import { all } from "./terminal.ts";

const now = Date.parse("2026-06-15T12:00:00Z");
const every = [...samples().values()];
const event = (id: string, time: number, causationid?: string) =>
  ({ ...every[0], id, time: new Date(time).toISOString(), ...(causationid && { causationid }) }) as CremaEvent;

describe("a moment", () => {
  test.each([
    ["2026-06-15", "2026-06-15T00:00:00.000Z"],
    ["2026-06-15T10:05", "2026-06-15T10:05:00.000Z"],
    ["2026-06-15 10:05:30.5Z", "2026-06-15T10:05:30.500Z"],
    ["2026-06-15T10:05+02:00", "2026-06-15T08:05:00.000Z"],
    ["90m", "2026-06-15T10:30:00.000Z"],
    ["1.5h", "2026-06-15T10:30:00.000Z"],
    ["30d", "2026-05-16T12:00:00.000Z"],
    ["999999999999d", "1970-01-01T00:00:00.000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
    [`${"9".repeat(400)}d`, "1970-01-01T00:00:00.000Z"],
    // Years have four digits: what is compared are texts.
    ["9999-12-31T23:30-01:00", "9999-12-31T23:59:59.999Z"],
    ["0000-01-01T00:00+01:00", "0000-01-01T00:00:00.000Z"],
  ])("%s", (text, iso) => expect(new Date(moment("--since", text, now)).toISOString()).toBe(iso));

  test.each([
    "",
    "yesterday",
    "2026-13-01",
    "2026-06-15T25:00",
    "10:05",
    "-5m",
    "5 m",
    "5w",
    "2026-02-30",
    "2026-06-31T10:05Z",
  ])("not %s", (text) => {
    expect(() => moment("--since", text, now)).toThrow(UsageError);
  });

  test("what begins after its end is no period", () => {
    expect(() => periodOf({ since: "1h", until: "2h" }, now)).toThrow("--since 1h is not before --until 2h");
    expect(periodOf({ since: "1h" }, now)).toEqual({ since: "2026-06-15T11:00:00.000Z" });
  });
});

test("types are named as people do: whole, without what all share, or all of a kind", () => {
  expect(typesNamed("crema.order.ready.v1")).toEqual(["crema.order.ready.v1"]);
  expect(typesNamed("order.ready")).toEqual(["crema.order.ready.v1"]);
  expect(typesNamed("order")).toEqual(eventTypes.filter((type) => type.startsWith("crema.order.")));
  expect(typesNamed("order.*")).toEqual(typesNamed("order"));
  for (const type of eventTypes) expect(typesNamed(type)).toEqual([type]);
  for (const wrong of ["ord", "order.r", "", "crema"]) expect(() => typesNamed(wrong), wrong).toThrow(UsageError);
});

test("several archives are read as one, in the order of time, and nothing is lost", async () => {
  const stream = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(stream, { maxLength: 4 }), async (times) => {
      let n = 0;
      const streams = times.map((each) => each.toSorted((a, b) => a - b).map((at) => event(`e${n++}`, at)));
      const generators = streams.map(async function* (events) {
        yield* events;
      });
      const read = await all(inOrder(generators));
      expect(read.map(({ id }) => id).sort()).toEqual(
        streams
          .flat()
          .map(({ id }) => id)
          .sort(),
      );
      expect(read.map(({ time }) => time)).toEqual(read.map(({ time }) => time).sort());
    }),
  );
});

test("an event is wanted from a moment on and before another, by type, subject and order", () => {
  const one = sampleOf("order.ready");
  expect(isWanted(one, {})).toBe(true);
  expect(isWanted(one, { since: one.time })).toBe(true);
  expect(isWanted(one, { until: one.time })).toBe(false);
  expect(isWanted(one, { types: ["crema.order.queued.v1"] })).toBe(false);
  expect(isWanted(one, { subject: "stores/main/orders/" })).toBe(true);
  expect(isWanted(one, { orderId: "another" })).toBe(false);
});

test("the tree has every event once, beneath its cause, even where causes are gone or go round", () => {
  const ids = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { minLength: 1 });
  const events = ids.chain((names) =>
    fc.tuple(
      ...names.map((id) =>
        fc.option(fc.constantFrom(..."abcdefgh", "gone")).map((cause) => event(id, 0, cause ?? undefined)),
      ),
    ),
  );
  fc.assert(
    fc.property(events, (drawn) => {
      const rows = treeOf(drawn);
      expect(rows.map((row) => row.event.id).sort()).toEqual(drawn.map(({ id }) => id).sort());
      for (const [at, row] of rows.entries()) {
        if (row.depth === 0) continue;
        const parent = rows.slice(0, at).findLast(({ depth }) => depth === row.depth - 1);
        expect(parent?.event.id).toBe(row.event.causationid);
      }
    }),
  );
});

test("of one moment, what led to another comes first", async () => {
  const times = [event("z", 1), event("a", 2, "y"), event("y", 2, "z"), event("b", 3, "a")];
  async function* stream() {
    yield* times;
  }
  expect((await all(causesFirst(stream()))).map(({ id }) => id)).toEqual(["z", "y", "a", "b"]);
  expect(inTime(times.toReversed()).map(({ id }) => id)).toEqual(["z", "y", "a", "b"]);
});

test("a line has no sign that moves the cursor, whatever somebody called their drink", () => {
  const ready = sampleOf("order.ready") as CremaEvent<"crema.order.ready.v1">;
  const drink = { id: "drink:x", name: "Fl\u001b[2Jat\u202e White", icon: "cup" };
  const line = lineOf({ ...ready, data: { order: { ...ready.data.order, drink } } });
  expect(line).toMatch(/^2026-06-15 10:10:00\.000 {2}order\.ready .* #42 Fl.\[2Jat. White ready$/);
  expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
  for (const each of every) expect(lineOf(each)).not.toContain("undefined");
});

test("a notice is told by its words and to whom", () => {
  const said = sampleOf("notice.published") as CremaEvent<"crema.notice.published.v1">;
  expect(lineOf(said)).toMatch(/to display: 132 coffees today, most loved: Flat White$/);
  const { notice } = said.data;
  expect(lineOf({ ...said, data: { notice: { ...notice, withdrawn: true } } })).toMatch(/to display: withdrawn$/);
});

describe("to follow", () => {
  const io = (stopping: AbortController, err: string[]): Io => ({
    ...{ out: () => undefined, progress: () => undefined, elapsed: () => 0, runs: "" },
    err: (line) => void err.push(line),
    stopped: stopping.signal,
    pause: () => Promise.resolve(),
  });

  test("a stand that is away for a while is waited for, and that is said once", async () => {
    const [stopping, err, told] = [new AbortController(), [] as string[], [] as string[]];
    const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const busy = Object.assign(new Error("Service unavailable"), { code: 503 });
    const looks = [[event("a", 1)], away, away, busy, [event("b", 2)]];
    const look = async () => {
      const next = looks.shift() ?? [];
      if (next instanceof Error) throw next;
      return next;
    };
    await follow({ look }, io(stopping, err), async ({ id }) => {
      told.push(id);
      if (id === "b") stopping.abort();
    });
    expect(told).toEqual(["a", "b"]);
    expect(err).toEqual(["The stand does not answer (connect ECONNREFUSED): it is waited for.", "It answers again."]);
  });

  test("what does not pass ends it", async () => {
    for (const error of [{ code: 403 }, { code: 404 }, new TypeError("a fault of ours")]) {
      const look = () => Promise.reject(error);
      await expect(follow({ look }, io(new AbortController(), []), async () => undefined)).rejects.toBe(error);
    }
  });
});

test("what one archive told before another failed is told at the next look", async () => {
  const one = sampleOf("order.ready");
  const looks: Record<string, (object[] | Error)[]> = {
    orders: [[], [{ kind: "event", id: one.id, event: one }]],
    codes: [[], Object.assign(new Error("busy"), { code: 503 })],
    catalog: [],
  };
  const container = (name: string) => {
    const readNext = async () => {
      const result = looks[name]?.shift() ?? [];
      if (result instanceof Error) throw result;
      return { result };
    };
    return { items: { getChangeFeedIterator: () => ({ hasMoreResults: true, readNext }) } };
  };
  const feed = await openFeed({ storeId: "main", container } as unknown as Stand);
  await expect(feed.look()).rejects.toThrow("busy");
  expect(await feed.look()).toEqual([one]);
  expect(await feed.look()).toEqual([]);
});

describe("events that are told again", () => {
  /** Tells them by a clock that pauses alone move on. */
  async function tell(times: number[], speed?: number) {
    let now = 0;
    const published: { at: number; ids: string[] }[] = [];
    const send = async (events: { id: string }[]) => void published.push({ at: now, ids: events.map(({ id }) => id) });
    const stand = { name: "a stand", topic: { send } } as unknown as Stand;
    const run: Run = { run: "run-1", stand: stand.name, storeId: "main", to: ["insights"], told: 0, done: false };
    async function* events() {
      for (const [n, time] of times.entries()) yield event(`e${n}`, time);
    }
    const ended = await tellAgain(stand, run, events(), {
      targets: [{ name: "insights" }],
      due: pace(speed),
      save: () => undefined,
      io: {
        ...{ out: () => undefined, err: () => undefined, progress: () => undefined, runs: "" },
        stopped: new AbortController().signal,
        elapsed: () => now,
        pause: async (ms) => {
          now += ms;
        },
      },
    });
    return { ended, run, published };
  }

  test("are published when they are due, and not with the next", async () => {
    const { ended, published } = await tell([0, 0, 10_000, 60_000], 2);
    expect(ended).toBe(true);
    expect(published).toEqual([
      { at: 0, ids: ["e0", "e1"] },
      { at: 5_000, ids: ["e2"] },
      { at: 30_000, ids: ["e3"] },
    ]);
  });

  test("are noted with all of the last one's moment, however many batches that took: none is told twice when it goes on", async () => {
    const { run, published } = await tell(Array.from({ length: 150 }, () => 1_000));
    expect(published.map(({ ids }) => ids.length)).toEqual([100, 50]);
    expect(run).toMatchObject({ told: 150, done: true, last: { time: new Date(1_000).toISOString() } });
    expect(run.last?.ids).toHaveLength(150);
  });
});

test("a pause of more than 24 days is none of a millisecond, and ends when it is stopped", async () => {
  const stopping = new AbortController();
  let over = false;
  const pause = pauseFor(1e12, stopping.signal).then(() => {
    over = true;
  });
  await pauseFor(20, new AbortController().signal);
  expect(over).toBe(false);
  stopping.abort();
  await pause;
});

test("events are told again as far apart as they were, so many times faster; without a speed all at once", () => {
  const times = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 }).map((each) => each.sort((a, b) => a - b));
  fc.assert(
    fc.property(times, fc.double({ min: 0.1, max: 1000, noNaN: true }), (at, speed) => {
      const [due, atOnce] = [pace(speed), pace(undefined)];
      for (const time of at) {
        const text = new Date(now + time).toISOString();
        expect(due(text)).toBeCloseTo((time - (at[0] ?? 0)) / speed, 6);
        expect(atOnce(text)).toBe(0);
      }
    }),
  );
});

describe("inject", () => {
  const other = "0b1c2d3e-4f50-4123-8456-789abcdef012";

  test("makes every sample a new fact, of another order and store, that is as valid", () => {
    for (const sample of every) {
      const made = fresh(sample, "annex", "2026-07-01T00:00:00.000Z", other);
      expect(checked("sample", JSON.stringify(made))).toEqual(made);
      expect(made).toMatchObject({
        time: "2026-07-01T00:00:00.000Z",
        subject: expect.stringMatching(/^stores\/annex\//),
      });
      expect(made.id).not.toBe(sample.id);
      expect(JSON.stringify(made)).not.toMatch(/00000000-0000-4000|"main"|customer-00000001/);
      // Nothing in it is of the day of the sample: a read model would count it there.
      expect(JSON.stringify(made)).not.toMatch(/2026-06-15/);
      expect(fresh(sample, "annex", made.time, "1b1c2d3e-4f50-4123-8456-789abcdef012").id).not.toBe(made.id);
    }
  });

  test("refuses what the schema refuses, place by place, and what is no event at all", () => {
    const ready = JSON.parse(JSON.stringify(sampleOf("order.ready")));
    ready.data.order.state = "lost";
    delete ready.time;
    expect(() => checked("x.json", JSON.stringify(ready))).toThrow(
      /x\.json is no event that may be published:\n {2}time: is missing; it must be string/,
    );
    ready.time = "2026-06-15T10:05:30.000Z";
    expect(() => checked("x.json", JSON.stringify(ready))).toThrow("data.order.state: ");
    expect(() => checked("x.json", "[]")).toThrow("x.json is a list");
    expect(() => checked("x.json", "{")).toThrow("x.json is not JSON");
    const again = { ...sampleOf("order.ready"), replay: "run" };
    expect(() => checked("x.json", JSON.stringify(again))).toThrow("use the command `replay` for replayed events");
    const nowhere = { ...sampleOf("order.ready"), subject: "stores/" };
    expect(() => checked("x.json", JSON.stringify(nowhere))).toThrow("must begin with stores/ and the id of one");
  });
});

describe("a dead letter", () => {
  const kept = { ...sampleOf("order.ready"), deadletterreason: "MaxDeliveryAttemptsExceeded", deliveryattempts: 5 };

  test("is told apart from what Event Grid added to it, in either of its ways of writing", () => {
    const letter = letterOf("a#0", "publisher", { ...kept, lastdeliveryoutcome: "NotFound", publishtime: "2026" });
    expect(letter).toEqual({
      ...{ id: "a#0", subscription: "publisher", event: sampleOf("order.ready"), attempts: 5 },
      ...{ reason: "MaxDeliveryAttemptsExceeded", outcome: "NotFound", publishedAt: "2026" },
    });
    const other = { ...sampleOf("order.ready"), deadLetterReason: "x", lastHttpStatusCode: 500, deliveryresult: "y" };
    expect(letterOf("a#0", "s", other)).toMatchObject({ reason: "x", outcome: "y", status: 500, attempts: 0 });
    expect(letterOf("a#0", "s", other).event).toEqual(sampleOf("order.ready"));
  });

  test("is named by where it lies, by the beginning of that, or by its event", () => {
    const letters = ["T/P/2026/6/15/10/abc1.json#0", "T/P/2026/6/15/10/abc2.json#0"].map((id, n) =>
      letterOf(id, "publisher", { ...kept, id: `event-${n}` }),
    );
    expect(letterNamed(letters, "abc1#0").id).toBe(letters[0]?.id);
    expect(letterNamed(letters, "event-1").id).toBe(letters[1]?.id);
    expect(() => letterNamed(letters, "abc")).toThrow("There are several dead letters abc: abc1#0, abc2#0");
    expect(() => letterNamed(letters, "x")).toThrow("There is no dead letter x");
  });

  test("that several subscriptions were given up for is one event; what is told again to one of them is another", () => {
    const told = { ...kept, subject: `again/publisher/${kept.subject}` };
    const [first, other, again] = [
      letterOf("a#0", "tally", kept),
      letterOf("b#0", "regulars", kept),
      letterOf("c#0", "x", told),
    ];
    expect(eventsOf([first, again, other])).toEqual([
      { event: first.event, letters: [first, other] },
      { event: again.event, letters: [again] },
    ]);
  });
});
