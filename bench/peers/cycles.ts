import { many } from "../many.ts";

/**
 * An engine under test. Its workflow waits for an event, runs one step when the event arrives, and ends. The rules are the same for all engines. A
 * start is complete when the engine has accepted it, and so is an event. The step reports the machine's monotonic clock. The workflow's code reports
 * the end after the step, so after the step's result was stored.
 */
export interface Engine {
  start(id: string): Promise<void>;
  /** Sends the event. Returns the ms from just before sending until the step began. */
  wake(id: string): Promise<number>;
  /** Resolves at the end of the workflow. Call it before the event is sent. */
  ended(id: string): Promise<void>;
}

/** Runs full cycles, `atOnce` at a time: start, event, step, end. Returns cycles per second. */
export async function cycles(engine: Engine, name: string, count: number, atOnce: number): Promise<number> {
  const began = performance.now();
  await many(count, atOnce, async (n) => {
    const id = `${name}-${n}`;
    await engine.start(id);
    const ended = engine.ended(id);
    await engine.wake(id);
    await ended;
  });
  return (count * 1000) / (performance.now() - began);
}

/**
 * Measures from the event to the next step, in ms, for waiting workflows. `atOnce` clients each send their events in sequence.
 * @param rest ms in which all workflows begin to wait
 */
export async function wakes(
  engine: Engine,
  name: string,
  count: number,
  atOnce: number,
  rest: number,
): Promise<number[]> {
  const times: number[] = [];
  await many(count, atOnce, (n) => engine.start(`${name}-${n}`));
  await new Promise((later) => setTimeout(later, rest));
  await many(count, atOnce, async (n) => {
    const ended = engine.ended(`${name}-${n}`);
    times.push(await engine.wake(`${name}-${n}`));
    await ended;
  });
  return times;
}

/** The waits for the step and the end of each instance, for an engine whose process prints a line about each. */
export class Waiting {
  readonly #marks = new Map<string, (at: number) => void>();
  readonly #ends = new Map<string, () => void>();

  /** Resolves with the time at which the step of an instance began, in ms of the monotonic clock. Call it before the event is sent. */
  marked(id: string): Promise<number> {
    return new Promise((resolve) => this.#marks.set(id, resolve));
  }

  /** Resolves when the instance's end is reported. Call it before the event is sent. */
  ended(id: string): Promise<void> {
    return new Promise((resolve) => this.#ends.set(id, resolve));
  }

  /** Resolves the wait for the step of an instance with its start time, in ms. Does nothing if there is no wait. */
  tellMark(id: string, at: number): void {
    this.#marks.get(id)?.(at);
    this.#marks.delete(id);
  }

  /** Resolves the wait for the end of an instance. Does nothing if there is no wait. */
  tellEnd(id: string): void {
    this.#ends.get(id)?.();
    this.#ends.delete(id);
  }
}

/** The machine's monotonic clock in ms, the same in every process. */
export const monotonic = () => Number(process.hrtime.bigint()) / 1e6;
