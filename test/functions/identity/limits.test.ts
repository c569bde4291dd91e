import fc from "fast-check";
import { expect, test } from "vitest";
import { countForNumber } from "../../../functions/identity/limits.ts";

type Count = Parameters<typeof countForNumber>[0];
const second = 1000;
const hour = 3600 * second;

/** Asks for a code at each of the moments and says what came of it. */
function ask(tries: { at: number; network: string }[]): ("sent" | "lock" | "limit")[] {
  let known: Count;
  return tries.map(({ at, network }) => {
    const counted = countForNumber(known, network, at);
    if ("refused" in counted) return counted.refused;
    known = counted.count;
    return "sent";
  });
}

const every = (seconds: number, times: number, network: string, from = 0) =>
  Array.from({ length: times }, (_, index) => ({ at: from + index * seconds * second, network }));

test("a second code within thirty seconds is refused, and after them sent", () => {
  expect(ask([0, 29.999, 30].map((s) => ({ at: s * second, network: "a" })))).toEqual(["sent", "lock", "sent"]);
});

test("a number is sent ten codes an hour at most", () => {
  const tries = [...every(60, 5, "a"), ...every(60, 7, "b", 600 * second)];
  expect(ask(tries).filter((outcome) => outcome === "sent")).toHaveLength(10);
});

test("one network cannot use up a number: its owner elsewhere still gets a code", () => {
  const outcomes = ask([...every(31, 30, "attacker"), { at: 3000 * second, network: "owner" }]);
  expect(outcomes.filter((outcome) => outcome === "sent")).toHaveLength(8);
  expect(outcomes.at(-1)).toBe("sent");
});

test("refused tries do not hold the hour open", () => {
  const outcomes = ask([...every(31, 116, "a"), { at: hour, network: "a" }]);
  expect(outcomes.at(-2)).toBe("limit");
  expect(outcomes.at(-1)).toBe("sent");
});

test("however one asks, no thirty seconds hold two codes and no window more than ten", () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 1200 }), network: fc.constantFrom("a", "b", "c") });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let at = 0;
      const tries = steps.map(({ wait, network }) => {
        at += wait * second;
        return { at, network };
      });
      const outcomes = ask(tries);
      const sent = tries.filter((_, index) => outcomes[index] === "sent").map((entry) => entry.at);
      for (let index = 1; index < sent.length; index++) {
        expect((sent[index] ?? 0) - (sent[index - 1] ?? 0)).toBeGreaterThanOrEqual(30 * second);
      }
      // Fixed windows: at most two of them touch any one hour.
      for (const start of sent)
        expect(sent.filter((t) => t >= start && t < start + hour).length).toBeLessThanOrEqual(20);
    }),
  );
});
