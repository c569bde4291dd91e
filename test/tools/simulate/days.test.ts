import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { alone, nthDay, simulateEach } from "../../../tools/simulate/days.ts";
import { buildWith, mistakes } from "../../../tools/simulate/mistakes.ts";

/** Short ones: a third of a day's length and visits, with as much that goes wrong. */
const share = 0.3;

const digests: string[][] = [];

test("days with everything going wrong that can lose nothing, double nothing and leave nothing stuck", async () => {
  // One that nobody has seen before, beside those that are always the same.
  const today = Math.floor(Date.now() / 86_400_000);
  console.log(`The day of the day is day 1 of seed ${today}.`);
  const planned = [
    { seed: today, n: 1 },
    { seed: 1, n: 2 },
    // The application is killed again and again, and then with two instances at work.
    { seed: 1, n: 12 },
    { seed: 1, n: 44 },
  ].map(({ seed, n }) => ({ seed, n, day: nthDay(seed, n, share) }));
  for await (const { wrong, orders, digest } of simulateEach(planned.map(({ day }) => day))) {
    const { seed, n } = planned[digests.length] ?? {};
    expect(wrong, `day ${n} of seed ${seed}`).toEqual([]);
    expect(orders).toBeGreaterThan(0);
    digests.push(digest);
  }
});

test("the same day is the same, event for event, whatever was before it", async () => {
  const again = await alone(nthDay(1, 2, share));
  expect(again.digest.length).toBeGreaterThan(30);
  expect(again.digest).toEqual(digests[1]);
});

test("mistakes are found, each by what looks for it: some at once here, all of them by --mistakes", async () => {
  const found = {
    "an order takes two places": "queue",
    "a customer's open orders are not crossed off": "customers",
    "an event says when it was published, not when it happened": "events",
    "a fact is counted with each event that tells it": "insights",
  };
  const planted = mistakes.filter(({ name }) => name in found);
  const folder = mkdtempSync(join(tmpdir(), "crema-mistakes-"));
  try {
    await buildWith(planted, folder);
    // Few people, and nothing else that goes wrong.
    const { wrong } = await alone({ ...nthDay(1, 5, 0.12), troubles: [], deeds: [] }, folder);
    const by = new Set(wrong.map(({ check }) => check));
    expect([planted.length, ...by]).toEqual(expect.arrayContaining([4, ...Object.values(found)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
