import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nthFair, simulateEach } from "../../../tools/simulate/days.ts";
import { buildWith, mistakes } from "../../../tools/simulate/mistakes.ts";
import { simulateFair } from "../../../tools/simulate/simulate-fair.ts";

/** Short days, some at a time: an eighth of a day's length and visits, and of the faults; what strikes all is as much as ever. */
const shortFair = (seed: number, n: number, stands: number) => nthFair(seed, n, { stands, share: 0.12 });

const digests: string[][][] = [];

test("twenty days with everything going wrong that can lose nothing, double nothing and leave nothing stuck", async () => {
  // One fair that nobody has seen before, beside those that are always the same.
  const today = Math.floor(Date.now() / 86_400_000);
  // Not by the console, of which only tests that fail show what they print: whether it found anything or not, it is told what was tried.
  process.stdout.write(`The fair of the day is fair 1 of seed ${today}.\n`);
  const planned = [
    { seed: today, n: 1, stands: 6 },
    { seed: 1, n: 2, stands: 2 },
    // With all extensions at work.
    { seed: 1, n: 6, stands: 6 },
    // The application is killed again and again, and two instances are at work.
    { seed: 1, n: 44, stands: 6 },
  ].map((which) => ({ ...which, fair: shortFair(which.seed, which.n, which.stands) }));
  expect(planned[2]?.fair.extensions).toBe("all");
  for await (const { days } of simulateEach(planned.map(({ fair }) => fair))) {
    const { seed, n } = planned[digests.length] ?? {};
    for (const { wrong, day } of days) expect(wrong, `stand ${day.stand} at fair ${n} of seed ${seed}`).toEqual([]);
    // Whoever comes to a stand that its owner has closed for its short day orders nothing.
    expect(days.reduce((sum, { orders }) => sum + orders, 0)).toBeGreaterThan(days.length);
    digests.push(days.map(({ digest }) => digest));
  }
  expect(digests.flat()).toHaveLength(20);
}, 300_000);

test("the same fair is the same, event for event, whatever was before it", async () => {
  const { days } = await simulateFair(shortFair(1, 2, 2));
  for (const { digest } of days) expect(digest.length).toBeGreaterThan(10);
  expect(days.map(({ digest }) => digest)).toEqual(digests[1]);
});

test("a barista who is one again hears of what is ordered at their till: nobody else is there, and it is given up in time", async () => {
  const minutes = (n: number) => n * 60_000;
  const [day = expect.unreachable()] = shortFair(1, 2, 1).stands;
  const [visit = expect.unreachable()] = day.visits;
  const { days } = await simulateFair({
    seed: 1,
    begins: "2026-04-22T20:00:00.000Z",
    beat: 1,
    closes: minutes(60),
    extensions: "none",
    troubles: [],
    stands: [
      {
        ...day,
        shifts: [{ barista: 2, from: 0, to: minutes(10) }],
        deeds: [{ does: "dismiss", barista: 2, at: minutes(11), lasts: minutes(5) }],
        visits: [{ ...visit, at: minutes(20), noPhone: true }],
      },
    ],
  });
  expect(days.map(({ wrong, orders }) => ({ wrong, orders }))).toEqual([{ wrong: [], orders: 1 }]);
});

test("mistakes are found, each by what looks for it: some at once here, all of them by --mistakes", async () => {
  const found = {
    "an order takes two places": "queue",
    "a customer's open orders are not crossed off": "customers",
    "an event says when it was published, not when it happened": "events",
    "a fact is counted with each event that reports it": "insights",
  };
  const planted = mistakes.filter(({ name }) => name in found);
  const folder = mkdtempSync(join(tmpdir(), "crema-mistakes-"));
  try {
    await buildWith(planted, folder);
    // Few people, and nothing else that goes wrong.
    const { stands, ...fair } = nthFair(1, 5, { stands: 1, share: 0.12 });
    const quiet = { ...fair, troubles: [], stands: stands.map((day) => ({ ...day, deeds: [] })) };
    const { days } = await simulateFair(quiet, folder);
    const by = new Set(days.flatMap(({ wrong }) => wrong).map(({ check }) => check));
    expect([planted.length, ...by]).toEqual(expect.arrayContaining([4, ...Object.values(found)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
