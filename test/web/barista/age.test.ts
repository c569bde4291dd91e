import { expect, test } from "vitest";
import { agesOf } from "../../../contracts/order-states.ts";
import { ageClass, expiresIn, waitingSince } from "../../../web/lib/staff/age.ts";
import { at, order, start } from "./orders.ts";

test("a ticket is green, amber and red from the minutes that the store says, or from two and five", () => {
  const at = (ages: ReturnType<typeof agesOf>, ...seconds: number[]) =>
    seconds.map((passed) => ageClass(passed * 1000, ages));
  const usual = agesOf({});
  expect(at(usual, 0, 119.999, 120, 299.999, 300)).toEqual(["fresh", "fresh", "aging", "aging", "late"]);
  expect(at(agesOf({ agingMinutes: 4, lateMinutes: 8 }), 239, 240, 479, 480)).toEqual([
    "fresh",
    "aging",
    "aging",
    "late",
  ]);
  expect(at(agesOf({ lateMinutes: 3 }), 179, 180)).toEqual(["aging", "late"]);
});

test("the age counts from the moment the customer ordered, and claiming or giving back does not begin it anew", () => {
  const queued = order({ id: "a", submittedAt: at(10), queuedAt: at(12), createdAt: at(0) });
  expect(waitingSince(queued)).toBe(start + 10_000);
  expect(waitingSince({ ...queued, state: "making", claimedAt: at(90) })).toBe(start + 10_000);
});

test("a ready drink's age counts from the moment it was ready", () => {
  expect(waitingSince(order({ id: "a", state: "ready", submittedAt: at(10), readyAt: at(200) }))).toBe(start + 200_000);
});

test("the time until it expires is told only under three minutes, and never below zero", () => {
  const queued = order({ id: "a", deadline: at(900) });
  expect(expiresIn(queued, start + 720_000)).toBeUndefined();
  expect(expiresIn(queued, start + 720_001)).toBe(179_999);
  expect(expiresIn(queued, start + 901_000)).toBe(0);
  expect(expiresIn(order({ id: "b" }), start)).toBeUndefined();
});
