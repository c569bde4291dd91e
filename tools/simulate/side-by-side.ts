import { type ChildProcess, fork } from "node:child_process";
import { fairByFair } from "./days.ts";
import type { Days, Told } from "./plays.ts";

/**
 * Simulates days in several processes in parallel. A process that has finished a fair gets the next one, so that at any moment the first fairs are
 * complete, except for those being played.
 * @param take called with the result of each fair, in any order
 * @param ends stops after the current fairs
 * @returns whether no process ended early
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
