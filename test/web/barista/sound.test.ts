import { expect, test } from "vitest";
import { becameLate, lateOnes } from "../../../web/barista/late.ts";
import { choiceFrom, toneNames, tones } from "../../../web/barista/tones.ts";
import { at, order, start } from "./orders.ts";

test("what was chosen is read again, what cannot be read is as usual, and who had no sound before has none", () => {
  const chosen = { fresh: "bell", late: "off", volume: 35 } as const;
  expect(choiceFrom(JSON.parse(JSON.stringify(chosen)))).toEqual(chosen);
  const usual = choiceFrom(undefined);
  expect(usual.fresh).not.toBe(usual.late);
  expect(choiceFrom({ fresh: "toString", late: 5, volume: 300 })).toEqual(usual);
  expect(choiceFrom(undefined, false)).toMatchObject({ fresh: "off", late: "off" });
  expect(choiceFrom(undefined, true)).toEqual(usual);
});

test("every tone is over within two seconds, and no two are the same", () => {
  for (const name of toneNames)
    for (const { at: from, lasts } of tones[name]) expect(from + lasts, name).toBeLessThan(2);
  expect(new Set(toneNames.map((name) => JSON.stringify(tones[name]))).size).toBe(toneNames.length);
});

test("an order is late from the store's minutes on while it is to be made, and that is heard once", () => {
  const orders = [
    order({ id: "queued", submittedAt: at(0) }),
    order({ id: "making", state: "making", submittedAt: at(60) }),
    order({ id: "ready", state: "ready", submittedAt: at(0), readyAt: at(10) }),
  ];
  const late = (seconds: number, minutes: number) => lateOnes(orders, start + seconds * 1000, minutes);
  expect([...late(299, 5)]).toEqual([]);
  expect([...late(300, 5)]).toEqual(["queued"]);
  expect([...late(300, 4)]).toEqual(["queued", "making"]);
  // What was late when the screen was opened nobody needs to hear; what becomes so is news, what stays so is not.
  expect(becameLate(undefined, late(300, 5))).toBe(false);
  expect(becameLate(late(299, 5), late(300, 5))).toBe(true);
  expect(becameLate(late(300, 5), late(301, 5))).toBe(false);
  expect(becameLate(late(300, 5), late(360, 5))).toBe(true);
  expect(becameLate(late(360, 5), new Set())).toBe(false);
});
