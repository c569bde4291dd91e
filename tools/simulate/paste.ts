import type { Fair } from "./fair.ts";

/** A test that plays exactly this fair, to paste. */
export function asTest(fair: Fair, checks: readonly string[]): string {
  const name = `fair ${fair.seed} of ${fair.begins.slice(0, 10)}: ${checks.join(", ")}`;
  return `test(${JSON.stringify(name)}, async () => {
  const { days } = await simulateFair(${JSON.stringify(fair)});
  expect(days.flatMap(({ wrong }) => wrong)).toEqual([]);
});`;
}
