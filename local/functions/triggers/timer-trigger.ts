import type { Timer } from "../../kernel/clock.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { Invoker } from "../invoker.ts";
import { runWithRetries } from "../retry.ts";
import { dotnetTime } from "../storage/dotnet.ts";
import { parseSchedule, type Schedule } from "./ncrontab.ts";
import type { Trigger } from "./trigger.ts";

/** The state of a timer; times in ms since the epoch, `last` and `lastUpdated` 0 before the first run. */
interface TimerStatus {
  last: number;
  next: number;
  lastUpdated: number;
}

/** The state that is kept between runs of the host. */
interface KeptStatus extends TimerStatus {
  schedule: string;
}

/** The accounting of a run as work. A run is work from its start; the wait for its next attempt is not. */
interface RunWork {
  begin(): void;
  end(): void;
}

const table = "functions/timers";

/** Whether the schedule runs several times in every minute. If so, no state is kept, and the function gets no status. */
function isSeveralTimesAMinute(expression: string, schedule: Schedule): boolean {
  const [, ...others] = expression.trim().split(/\s+/);
  if (others.length < 5 || others.some((field) => field !== "*")) return false;
  const first = schedule.next(0);
  return schedule.next(first) - first < 60_000;
}

/**
 * A timer trigger on the clock. Its runs never overlap. An occurrence missed while the host was down leads to one run with `isPastDue`. Occurrences
 * that came due during a long run lead to one run right after it, without `isPastDue`.
 *
 * Source: `TimerListener`, `ScheduleMonitor` and `TimerSchedule` of azure-webjobs-sdk-extensions.
 */
export class TimerTrigger implements Trigger {
  readonly #parts: Parts;
  readonly #definition: FunctionDefinition;
  readonly #invoker: Invoker;
  readonly #expression: string;
  readonly #schedule: Schedule;
  readonly #monitored: boolean;
  readonly #stopped = new AbortController();
  #timer: Timer | undefined;
  #next: number | undefined;
  /** `undefined` until it has been started. */
  #status: TimerStatus | undefined;

  /** @throws Error if the schedule is missing or invalid. */
  constructor(parts: Parts, definition: FunctionDefinition, invoker: Invoker) {
    this.#parts = parts;
    this.#definition = definition;
    this.#invoker = invoker;
    const { schedule } = definition.trigger;
    if (typeof schedule !== "string") throw new Error('a timer trigger needs a "schedule".');
    this.#expression = schedule;
    this.#schedule = parseSchedule(schedule);
    this.#monitored = definition.trigger.useMonitor !== false && !isSeveralTimesAMinute(schedule, this.#schedule);
  }

  async start(): Promise<void> {
    const now = this.#parts.clock.now();
    const status = await this.#statusAtStart(now);
    this.#status = status;
    if (now > status.next) void this.#run(status, true);
    else if (this.#definition.trigger.runOnStartup === true) void this.#run(status, false);
    else this.#wait(status);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#stopped.abort();
  }

  /** The time of the next run, in ms since the epoch; `undefined` during a run. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Runs the function now, outside its schedule. */
  async runNow(): Promise<void> {
    const work = this.#work();
    try {
      await this.#invoke(this.#status ?? (await this.#statusAtStart(this.#parts.clock.now())), false, work);
    } finally {
      work.end();
    }
  }

  async #statusAtStart(now: number): Promise<TimerStatus> {
    const fresh = { last: 0, next: this.#schedule.next(now), lastUpdated: 0 };
    if (!this.#monitored) return fresh;
    const kept = this.#parts.store.table<KeptStatus>(table).get(this.#key);
    if (kept === undefined) {
      // In the status of the first run `lastUpdated` is 0, unless the host was restarted before that run.
      await this.#save({ ...fresh, lastUpdated: now });
      return fresh;
    }
    const since = kept.last || kept.lastUpdated;
    const expected = this.#schedule.next(since);
    const isSame = since === 0 ? kept.schedule === this.#expression : kept.next === expected;
    if (isSame) return kept;
    // The schedule has changed: an occurrence before now under the new schedule was not missed.
    const changed = now > expected ? { ...fresh, lastUpdated: now } : { last: 0, next: expected, lastUpdated: since };
    await this.#save(changed);
    return changed;
  }

  get #key(): string {
    return this.#definition.name.toLowerCase();
  }

  #save({ last, next, lastUpdated }: TimerStatus): Promise<void> {
    const value: KeptStatus = { schedule: this.#expression, last, next, lastUpdated };
    return this.#parts.store.commit([{ table, key: this.#key, value }]);
  }

  #wait(status: TimerStatus): void {
    if (this.#stopped.signal.aborted) return;
    this.#next = status.next;
    const run = () => void this.#parts.recorder.detached(() => this.#run(status, false));
    // An occurrence that came due during a run becomes work before that run has ended. There must be no moment at which everything seems settled.
    if (status.next <= this.#parts.clock.now()) run();
    else this.#timer = this.#parts.clock.at(status.next, run);
  }

  async #run(status: TimerStatus, isPastDue: boolean): Promise<void> {
    const work = this.#work();
    this.#next = undefined;
    try {
      const started = this.#parts.clock.now();
      const ended = await this.#invoke(status, isPastDue, work);
      // A run that the stopping host interrupted is repeated at the next start.
      if (this.#stopped.signal.aborted && !ended) return;
      const after = { last: started, next: this.#schedule.next(started), lastUpdated: started };
      this.#status = after;
      if (this.#monitored) await this.#save(after);
      this.#wait(after);
    } catch (error) {
      this.#parts.log.error(`The timer of ${this.#definition.name} stopped: ${(error as Error).stack}`);
    } finally {
      work.end();
    }
  }

  /** Returns whether the function ended, successfully or not. */
  async #invoke(status: TimerStatus, isPastDue: boolean, work: RunWork): Promise<boolean> {
    const json = JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: !this.#monitored
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
      waiting: (isWaiting) => (isWaiting ? work.end() : work.begin()),
    });
    return result !== undefined && (result.ok || result.cause !== "worker");
  }

  /** Each run has a work of its own: a run on request and a scheduled run can be in progress at the same time. */
  #work(): RunWork {
    const begin = () => this.#parts.work.begin(`timer ${this.#definition.name}`);
    let end = begin();
    return {
      begin: () => {
        end = begin();
      },
      end: () => end(),
    };
  }
}

/** In .NET's form; its earliest time means "never". */
function isoTime(time: number): string {
  return dotnetTime(time === 0 ? undefined : new Date(time));
}
