import type { CremaEvent } from "../../contracts/events.ts";
import { toldAgain } from "../../contracts/replay.ts";
import type { Io } from "./command.ts";
import { publish } from "./publish.ts";
import type { Run } from "./run-file.ts";
import type { Stand } from "./stand.ts";
import { hears, type Target } from "./targets.ts";

/** The maximum number of events in one publication. */
const together = 100;

/**
 * Publishes events to the targets, each when it is due, and stores the progress in `run`: what is stored was accepted by Event Grid.
 * @returns false if it was stopped before the end; what it had begun was sent
 */
export async function tellAgain(
  stand: Stand,
  run: Run,
  events: AsyncIterable<CremaEvent>,
  options: { targets: readonly Target[]; due(time: string): number; io: Io; save(): void },
): Promise<boolean> {
  const { targets, due, io, save } = options;
  const began = io.elapsed();
  let batch: CremaEvent[] = [];
  const send = async () => {
    if (batch.length === 0) return;
    const [told, copies] = [batch, batch.flatMap((event) => copiesOf(event, run.run, targets))];
    batch = [];
    await publish(stand, copies);
    note(run, told);
    save();
    io.progress(`${run.told} events replayed, up to ${run.last?.time}`);
  };
  for await (const event of events) {
    const wait = began + due(event.time) - io.elapsed();
    if (wait > 0) {
      await send();
      await io.pause(wait);
    }
    // A stop while waiting for the next event: that event is not sent.
    if (io.stopped.aborted) {
      await send();
      return false;
    }
    batch.push(event);
    if (batch.length >= together) await send();
  }
  await send();
  run.done = true;
  save();
  return true;
}

/** A copy of the event for each target that receives its type. Pure. */
export function copiesOf(event: CremaEvent, run: string, targets: readonly Target[]): CremaEvent[] {
  return targets.filter((target) => hears(target, event.type)).map(({ name }) => toldAgain(event, run, name));
}

function note(run: Run, told: readonly CremaEvent[]): void {
  run.told += told.length;
  const time = told.at(-1)?.time ?? "";
  const ids = told.filter((event) => event.time === time).map(({ id }) => id);
  run.last = { time, ids: run.last?.time === time ? [...run.last.ids, ...ids] : ids };
}
