import type { LocalAzure } from "../../local/index.ts";

/**
 * More executions than this while the clock stands still, with an addition for each further stand, mean an endless loop: the clock would never go on.
 */
const mostAtOnce = 3_000;
const moreForEach = 500;
const lookEvery = 500;

/** An endless loop while the clock stands still. */
export class Stuck extends Error {}

/** The result of the `work` of some stands. @throws Stuck on an endless loop: functions run again and again, and time does not go on */
export async function whileTimeGoesOn<T>(
  { clock, functions }: LocalAzure,
  stands: number,
  work: Promise<T>,
): Promise<T> {
  const most = mostAtOnce + (stands - 1) * moreForEach;
  const executions = (): Readonly<Record<string, number>> => ({ ...functions?.meters.executions });
  const all = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  let since = { at: clock.now(), ran: executions() };
  let looking: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    looking = setInterval(() => {
      const now = { at: clock.now(), ran: executions() };
      const many = all(now.ran) - all(since.ran);
      if (now.at !== since.at) since = now;
      else if (many > most) {
        const ran = Object.entries(now.ran).map(([name, count]) => ({ name, count: count - (since.ran[name] ?? 0) }));
        const [most] = ran.sort((a, b) => b.count - a.count);
        const time = new Date(now.at).toISOString();
        reject(new Stuck(`At ${time} functions ran ${many} times and time did not go on; ${most?.name} most of all.`));
      }
    }, lookEvery);
  });
  try {
    return await Promise.race([work, stuck]);
  } finally {
    clearInterval(looking);
    // Work that is stuck fails in some way when its stand is closed.
    work.catch(() => undefined);
  }
}
