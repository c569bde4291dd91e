import { expect, test } from "vitest";
import { alone, nthDay, simulateEach } from "../../../tools/simulate/days.ts";

/** Short ones: a third of a day's length and visits, with as much that goes wrong. */
const share = 0.3;

const digests: string[][] = [];

test("days with everything going wrong that can lose nothing, double nothing and leave nothing stuck", async () => {
  // One that nobody has seen before, beside those that are always the same.
  const today = Math.floor(Date.now() / 86_400_000);
  console.log(`The day of the day is day 1 of seed ${today}.`);
  const planned = [1, today, 1, 1].map((seed, n) => ({ seed, n, day: nthDay(seed, n, share) }));
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
  expect(again.digest).toEqual(digests[2]);
});
