import { expect, test } from "vitest";
import { ageClass, expiresIn, waitingSince } from "../../../web/lib/staff/age.ts";
import { at, order, start } from "./orders.ts";

test("a ticket is green under two minutes, amber from two, red from five", () => {
  expect([0, 119_999, 120_000, 299_999, 300_000].map(ageClass)).toEqual(["fresh", "fresh", "aging", "aging", "late"]);
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
