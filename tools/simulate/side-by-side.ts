import { type ChildProcess, fork } from "node:child_process";
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
  const fairs = fairByFair(days);
  const codes = await Promise.all(
    Array.from({ length: Math.min(workers, fairs.length) }, () => {
      const child = fork(new URL("./plays.ts", import.meta.url));
      const next = () => {
        const asked = ends.aborted ? undefined : fairs.shift();
        if (asked) child.send(asked);
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

/** The same days, fair by fair. Pure. */
export function fairByFair({ seed, from, days, stands, application }: Days): Days[] {
  const end = from + days;
  const asked: Days[] = [];
  for (let at = from; at < end; ) {
    const next = Math.min(end, (Math.floor(at / stands) + 1) * stands);
    asked.push({ seed, from: at, days: next - at, stands, application });
    at = next;
  }
  return asked;
}
