import type { LocalAzure } from "../../local/index.ts";

/** So many executions while the clock stands are no work of a stand: something goes round in circles, and the clock would never go on. */
const mostAtOnce = 3_000;
const lookEvery = 500;

/** What went round in circles while the clock stood. */
export class Stuck extends Error {}

/** What `work` comes to. @throws Stuck when it never would: functions run again and again, and time does not go on */
export async function whileTimeGoesOn<T>({ clock, functions }: LocalAzure, work: Promise<T>): Promise<T> {
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
      else if (many > mostAtOnce) {
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
    // What is stuck ends in some way when its stand is closed.
    work.catch(() => undefined);
  }
}
