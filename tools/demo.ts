import type { LocalAzure } from "../local/index.ts";
import { startCrowd } from "./robots/crowd.ts";
import { minute } from "./robots/habits.ts";
import { localInbox } from "./robots/inbox.ts";
import { tableOf } from "./robots/table.ts";
import { ClockTime } from "./robots/time.ts";
import { people } from "./stand-options.ts";

/** A crowd that keeps two baristas busy without overloading them. */
export const demoCrowd = { customers: 40, anHour: 120, baristas: 2 } as const;

/** How much of the stand's time passes before the demonstration begins, at this speed: then there are orders at every stage. */
const before = 8 * minute;
const beforeSpeed = 120;

export interface Demo {
  seed: number;
  /** Stops the robots; returns their results as a table. */
  stop(): Promise<string>;
}

/** Starts robots on a stand of this process, and resolves once they are at work. @throws Error if they cannot start */
export async function startDemo(azure: LocalAzure, speed: number, say: (line: string) => void): Promise<Demo> {
  const seed = 1 + Math.floor(Math.random() * 999_999);
  const stop = new AbortController();
  const crowd = startCrowd(
    { ...demoCrowd, seed, makeRoom: true, signInFirst: true },
    {
      address: { api: `${azure.functions?.origin}/api`, store: "main" },
      people,
      inbox: localInbox(azure.sms.inboxUrl),
      time: new ClockTime(azure.clock, () => azure.speed),
      stop: stop.signal,
    },
  );
  crowd.ledger.onError = (words) => say(`  A robot met an error: ${words}`);
  await crowd.ready;
  const from = azure.clock.now();
  await azure.setSpeed(beforeSpeed);
  await new Promise<void>((resolve) => azure.clock.at(from + before, resolve));
  await azure.setSpeed(speed);
  return {
    seed,
    stop: async () => {
      stop.abort();
      const outcome = await crowd.ended;
      // The consequences of the last actions are not cut off.
      await azure.settle();
      return tableOf(outcome);
    },
  };
}
