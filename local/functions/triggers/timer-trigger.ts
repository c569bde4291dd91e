import type { Timer } from "../../kernel/clock.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { Invoker } from "../invoker.ts";
import { runWithRetries } from "../retry.ts";
import { parseSchedule, type Schedule } from "./ncrontab.ts";
import type { Trigger } from "./trigger.ts";

/** What is kept of a timer between runs of the host; times in ms since the epoch, `last` 0 before the first run. */
interface TimerStatus {
  schedule: string;
  last: number;
  next: number;
  lastUpdated: number;
}

const table = "functions/timers";
/** Schedules that come more often are not monitored, as on Azure. */
const monitoredFrom = 60_000;

/**
 * A timer trigger on the clock. It never overlaps itself; an occurrence missed while the host was down is made up for by one run with `isPastDue`;
 * one missed while a run took too long is passed over.
 */
export class TimerTrigger implements Trigger {
  readonly #parts: Parts;
  readonly #definition: FunctionDefinition;
  readonly #invoker: Invoker;
  readonly #expression: string;
  readonly #schedule: Schedule;
  readonly #stopped = new AbortController();
  #timer: Timer | undefined;
  #end: () => void = () => undefined;
  #next: number | undefined;

  /** @throws when the schedule is missing or not one. */
  constructor(parts: Parts, definition: FunctionDefinition, invoker: Invoker) {
    this.#parts = parts;
    this.#definition = definition;
    this.#invoker = invoker;
    const { schedule } = definition.trigger;
    if (typeof schedule !== "string") throw new Error('a timer trigger needs a "schedule".');
    this.#expression = schedule;
    this.#schedule = parseSchedule(schedule);
  }

  async start(): Promise<void> {
    const now = this.#parts.clock.now();
    const status = await this.#status(now);
    if (status !== undefined && now >= status.next) void this.#run(status, true);
    else if (this.#definition.trigger.runOnStartup === true) void this.#run(status, false);
    else this.#wait();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#stopped.abort();
  }

  /** When it runs next, in ms since the epoch; `undefined` while it runs. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Runs the function now, beside its schedule. */
  async runNow(): Promise<void> {
    await this.#invoke(await this.#status(this.#parts.clock.now()), false);
  }

  async #status(now: number): Promise<TimerStatus | undefined> {
    const first = this.#schedule.next(now);
    const often = this.#schedule.next(first) - first < monitoredFrom;
    if (often || this.#definition.trigger.useMonitor === false) return undefined;
    const kept = this.#parts.store.table<TimerStatus>(table).get(this.#key);
    if (kept?.schedule === this.#expression) return kept;
    const status = {
      schedule: this.#expression,
      last: kept?.last ?? 0,
      next: first,
      lastUpdated: kept?.lastUpdated ?? 0,
    };
    await this.#save(status);
    return status;
  }

  get #key(): string {
    return this.#definition.name.toLowerCase();
  }

  #save(status: TimerStatus): Promise<void> {
    return this.#parts.store.commit([{ table, key: this.#key, value: status }]);
  }

  #wait(): void {
    if (this.#stopped.signal.aborted) return;
    const due = this.#schedule.next(this.#parts.clock.now());
    this.#next = due;
    this.#timer = this.#parts.clock.at(
      due,
      () =>
        void this.#parts.recorder.detached(() =>
          this.#run(this.#parts.store.table<TimerStatus>(table).get(this.#key), false),
        ),
    );
  }

  async #run(status: TimerStatus | undefined, isPastDue: boolean): Promise<void> {
    this.#begin();
    this.#next = undefined;
    try {
      const started = this.#parts.clock.now();
      const ended = await this.#invoke(status, isPastDue);
      // A run that the stopping host cut short is run again at the next start.
      if (this.#stopped.signal.aborted && !ended) return;
      if (status !== undefined) {
        const now = this.#parts.clock.now();
        await this.#save({ ...status, last: started, next: this.#schedule.next(now), lastUpdated: now });
      }
      this.#wait();
    } catch (error) {
      this.#parts.log.error(`The timer of ${this.#definition.name} stopped: ${(error as Error).stack}`);
    } finally {
      this.#end();
    }
  }

  /** Whether the function ended, well or not. */
  async #invoke(status: TimerStatus | undefined, isPastDue: boolean): Promise<boolean> {
    const json = JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus:
        status === undefined
          ? null
          : { Last: isoTime(status.last), Next: isoTime(status.next), LastUpdated: isoTime(status.lastUpdated) },
      IsPastDue: isPastDue,
    });
    const result = await runWithRetries({
      functionName: this.#definition.name,
      policy: this.#definition.retry,
      clock: this.#parts.clock,
      ids: this.#parts.ids,
      signal: this.#stopped.signal,
      attempt: (retryContext) => this.#invoker.invoke(this.#definition, { data: { json }, retryContext }),
      waiting: (isWaiting) => (isWaiting ? this.#end() : this.#begin()),
    });
    return result !== undefined && (result.ok || result.cause !== "worker");
  }

  #begin(): void {
    this.#end = this.#parts.work.begin(`timer ${this.#definition.name}`);
  }
}

/** As .NET writes it; its earliest time stands for "never". */
function isoTime(time: number): string {
  return time === 0 ? "0001-01-01T00:00:00+00:00" : new Date(time).toISOString().replace("Z", "+00:00");
}
