import { type ChildProcess, fork } from "node:child_process";
import { fairByFair } from "./days.ts";
import type { Days, Told } from "./plays.ts";

/**
 * Has days simulated in so many processes side by side: whoever is done with a fair has the next, so that what was simulated at any moment are the first of them, but for those that are being played.
 * @param take called with what came of each fair, in whatever order
 * @param ends ends it when what is being played has been
 * @returns whether no process ended before it was told to
 */
export async function sideBySide(
  days: Days,
  workers: number,
  take: (told: Told) => void,
  ends: AbortSignal,
): Promise<boolean> {
  const shares = fairByFair(days.from, days.days, days.stands);
  const codes = await Promise.all(
    Array.from({ length: Math.min(workers, shares.length) }, () => {
      const child = fork(new URL("./plays.ts", import.meta.url));
      const next = () => {
        const share = ends.aborted ? undefined : shares.shift();
        if (share) child.send({ ...days, from: share.from, days: share.many } satisfies Days);
        else child.disconnect();
      };
      child.on("message", (told) => {
        take(told as Told);
        next();
      });
      next();
      return ended(child);
    }),
  );
  return codes.every((code) => code === 0);
}

const ended = (child: ChildProcess): Promise<number> =>
  new Promise((done) => child.on("exit", (code) => done(code ?? 1)));
