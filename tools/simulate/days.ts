import type { Day } from "./day.ts";
import { planDay, slot } from "./plan.ts";
import { type Outcome, simulateDay } from "./simulate-day.ts";
import { World } from "./world.ts";

/** The first day begins here: in the night before summer time comes to Europe. */
const first = Date.parse("2026-03-28T00:00:00Z");
/** A stand keeps all that it has seen in memory, so another one takes over now and then. */
const daysOfAWorld = 40;

/** The `n`-th day of a seed: the same however many are simulated. Pure. */
export function nthDay(seed: number, n: number, share = 1): Day {
  return planDay(seed * 1_000_003 + n, first + n * slot, share);
}

export interface Simulated extends Outcome {
  day: Day;
  /** In ms of the machine. */
  took: number;
}

/** Simulates days one after the other, each of which begins when the one before is over. */
export async function* simulateEach(days: Iterable<Day>, application?: string): AsyncGenerator<Simulated> {
  let world: World | undefined;
  let seen = 1;
  try {
    for (const day of days) {
      if (world === undefined || seen++ % daysOfAWorld === 0) {
        await world?.close();
        world = await World.open(Date.parse(day.begins), application);
      }
      const began = performance.now();
      const outcome = await simulateDay(world, day);
      if (outcome.stuck) {
        await world.close();
        world = undefined;
      }
      yield { ...outcome, day, took: performance.now() - began };
    }
  } finally {
    await world?.close();
  }
}

/** Simulates the days of a seed from the `from`-th on. @param share of the usual length of a day */
export async function* simulate(
  seed: number,
  from: number,
  many: number,
  { application, share = 1 }: { application?: string; share?: number } = {},
): AsyncGenerator<Simulated & { n: number }> {
  let n = from;
  const days = Array.from({ length: many }, (_, at) => nthDay(seed, from + at, share));
  for await (const simulated of simulateEach(days, application)) yield { ...simulated, n: n++ };
}

/** A day alone, at a stand that has seen no other. */
export async function alone(day: Day, application?: string): Promise<Outcome> {
  const world = await World.open(Date.parse(day.begins), application);
  try {
    return await simulateDay(world, day);
  } finally {
    await world.close();
  }
}
