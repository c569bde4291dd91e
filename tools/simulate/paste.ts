import type { Day } from "./day.ts";

/** A test to paste that plays this very day. */
export function asTest(day: Day, checks: readonly string[]): string {
  const name = `day ${day.seed} of ${day.begins.slice(0, 10)}: ${checks.join(", ")}`;
  return `test(${JSON.stringify(name)}, async () => {
  expect(await played(${JSON.stringify(day)})).toEqual([]);
});`;
}
