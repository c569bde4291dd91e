import { many } from "../many.ts";

/**
 * An engine under test. Its workflow waits for an event, runs one step with the event's arrival, and ends. The same for all: a start is over when the engine has
 * taken it on, an event likewise; the step tells the machine's monotonic clock; the end is told by the workflow's code after the step, so when the step's result was kept.
 */
export interface Engine {
  start(id: string): Promise<void>;
  /** Sends the event; the ms from just before until the step began. */
  wake(id: string): Promise<number>;
  /** Asked for before the event is sent. */
  ended(id: string): Promise<void>;
}

/** Full cycles, `atOnce` at a time: start, event, step, end. How many a second. */
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
 * From the event to the next step, in ms, of workflows that wait for it: `atOnce` clients send one after the other.
 * @param rest ms in which all of them begin to wait
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

/** Who waits for which instance's step and end, of an engine whose process prints lines about them. */
export class Waiting {
  readonly #marks = new Map<string, (at: number) => void>();
  readonly #ends = new Map<string, () => void>();

  /** Resolves with the moment at which the step of an instance began, in ms of the monotonic clock. To be asked for before the event is sent. */
  marked(id: string): Promise<number> {
    return new Promise((resolve) => this.#marks.set(id, resolve));
  }

  /** Resolves when the instance's end was told. To be asked for before the event is sent. */
  ended(id: string): Promise<void> {
    return new Promise((resolve) => this.#ends.set(id, resolve));
  }

  /** Tells who waits for the step of an instance when it began, in ms; nobody may be waiting. */
  tellMark(id: string, at: number): void {
    this.#marks.get(id)?.(at);
    this.#marks.delete(id);
  }

  /** Tells who waits for the end of an instance; nobody may be waiting. */
  tellEnd(id: string): void {
    this.#ends.get(id)?.();
    this.#ends.delete(id);
  }
}

/** The machine's monotonic clock in ms, the same in every process. */
export const monotonic = () => Number(process.hrtime.bigint()) / 1e6;
