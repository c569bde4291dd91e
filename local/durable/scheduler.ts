import type { Timer } from "../kernel/clock.ts";
import { UnderWay } from "../kernel/under-way.ts";
import { Causes } from "../recorder/causes.ts";
import type { Change } from "../store/store.ts";
import { isOver, takeBatch } from "./batch.ts";
import type { Core, Effect, Queued } from "./core.ts";
import { runEpisode } from "./episode.ts";
import { Lane } from "./lane.ts";
import type { InstanceRecord, Message, TaskRecord } from "./records.ts";
import { runTask } from "./tasks.ts";

/** An instance that has something to do; one that sleeps has none of this. */
interface Active {
  readonly inbox: Queued[];
  queued: boolean;
  /** When what it has heard by now is on disk. */
  written?: Promise<void>;
  /** What its next episode comes from. */
  readonly causes: Causes;
  endWork?: (() => void) | undefined;
}

/** Effects that are begun beside the writing of what they follow from. */
const beside: ReadonlySet<Effect["kind"]> = new Set(["wake", "deliver"]);

/** How long an episode or activity that the functions host could not run waits before it is tried again. */
const retryDelay = 1000;

/** Carries messages to instances, runs their episodes, activities and timers, each within its limit. */
export class Scheduler {
  readonly #core: Core;
  readonly #active = new Map<string, Active>();
  readonly #timers = new Map<string, Timer>();
  readonly #episodes: Lane;
  readonly #tasks: Lane;
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #toEntity: (entity: string, key: string) => void;
  readonly #turns = new UnderWay<Promise<void>>();
  #closed = false;

  constructor(
    core: Core,
    limits: { orchestrators: number; activities: number },
    toEntity: (entity: string, key: string) => void,
  ) {
    this.#core = core;
    this.#toEntity = toEntity;
    this.#episodes = new Lane(limits.orchestrators);
    this.#tasks = new Lane(limits.activities);
  }

  /** Takes up what the store holds: open tasks, messages, instances that have not had their first turn. */
  restore(): void {
    const { tables } = this.#core;
    for (const [key, { instance, message }] of [...tables.inbox].sort(([a], [b]) => Number(a) - Number(b))) {
      this.post(instance, { message, key });
    }
    for (const task of tables.tasks.values()) this.#resume(task);
    for (const id of tables.unstarted()) this.wake(id);
  }

  /** Begins to run episodes and activities, those that wait among them; before that none is run. */
  open(): void {
    this.#episodes.open();
    this.#tasks.open();
  }

  /** Starts nothing more; resolves when what runs has ended. */
  async hold(): Promise<void> {
    await Promise.all([this.#episodes.hold(), this.#tasks.hold()]);
    await Promise.all(this.#turns.pieces());
  }

  /** Ends for good: timers too. Resolves when what runs has ended; what is still to be done lies in the store, for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    await this.hold();
    for (const active of this.#active.values()) active.endWork?.();
    this.#active.clear();
  }

  /**
   * Puts changes on disk and does what follows from them. All of it is one piece of work. Some of it begins beside the writing. Whoever is told of something goes on at once,
   * since his own changes are written behind these and are never there without them; and activities run at least once in any case, so they begin when
   * what they follow from is on disk, and what an orchestrator asked for it asks for again if it was lost. Azure, too, sends them off before it writes the history.
   * @param after when that is on disk which led to the changes
   */
  async commit(changes: Change[], effects: readonly Effect[], after?: Promise<void>): Promise<void> {
    const end = this.#core.parts.work.begin("durable commit");
    try {
      const written = this.#core.parts.store.commit(changes);
      for (const effect of effects) {
        if (effect.kind === "run") this.#begin(effect, written, after);
        else if (beside.has(effect.kind)) this.#apply(effect, written);
      }
      await written;
      for (const effect of effects) if (effect.kind !== "run" && !beside.has(effect.kind)) this.#apply(effect, written);
    } finally {
      end();
    }
  }

  /** Hands a message to an instance, which hears it in an episode to come. @param written when the message is on disk, where it is not yet */
  post(instance: string, queued: Queued, written?: Promise<void>): void {
    const active = this.#activate(instance);
    active.inbox.push(queued);
    this.#hears(instance, active, written);
  }

  /** Gives an instance a turn without a message, such as its first. @param written when what it is woken for is on disk */
  wake(instance: string, written?: Promise<void>): void {
    this.#hears(instance, this.#activate(instance), written);
  }

  #hears(instance: string, active: Active, written: Promise<void> | undefined): void {
    // Commits come to the disk in their order: the last one says it of all.
    if (written !== undefined) active.written = written;
    active.causes.add();
    this.#queue(instance, active);
  }

  /** Calls `ended` once, when the instance has ended; the returned function takes that back. */
  watch(instance: string, ended: () => void): () => void {
    const watchers = this.#watchers.get(instance) ?? new Set();
    this.#watchers.set(instance, watchers.add(ended));
    return () => {
      watchers.delete(ended);
      if (watchers.size === 0) this.#watchers.delete(instance);
    };
  }

  #apply(effect: Exclude<Effect, { kind: "run" }>, written: Promise<void>): void {
    if (this.#closed) return;
    switch (effect.kind) {
      case "arm":
        this.#arm(effect.instance, effect.taskId, effect.due, effect.executionId);
        break;
      case "disarm":
        this.#disarm(effect.instance, effect.taskId);
        break;
      case "wake":
        this.wake(effect.instance, written);
        break;
      case "deliver":
        this.post(effect.instance, effect.queued, written);
        break;
      case "entity":
        this.#toEntity(effect.entity, effect.key);
        break;
      case "ended":
        for (const ended of this.#watchers.get(effect.instance) ?? []) ended();
        this.#watchers.delete(effect.instance);
        break;
    }
  }

  #begin(
    { instance, taskId }: Extract<Effect, { kind: "run" }>,
    written: Promise<void>,
    after: Promise<void> = Promise.resolve(),
  ): void {
    const task = this.#core.tables.task(instance, taskId);
    if (task === undefined) return;
    after.then(
      () => {
        if (!this.#closed) this.#run(task, written);
      },
      // The store has told of it, and takes nothing more.
      () => undefined,
    );
  }

  #resume(task: TaskRecord): void {
    if (task.kind === "timer") this.#arm(task.instance, task.id, task.due, task.executionId);
    else if (task.kind !== "child") this.#run(task);
  }

  #arm(instance: string, taskId: number, due: number, executionId: string): void {
    const key = `${taskId}/${instance}`;
    this.#timers.get(key)?.cancel();
    const { clock, recorder } = this.#core.parts;
    const armed = recorder.now;
    const fire = () => {
      this.#timers.delete(key);
      const span = recorder.begin("durable", "timer", this.#core.tables.instances.get(instance)?.name ?? instance, {
        causes: armed === 0 ? [] : [armed],
        keys: [`instance:${instance}`],
      });
      recorder.within(span, () =>
        this.post(instance, { message: { kind: "timer", at: clock.now(), taskId, executionId } }),
      );
      span.end("ok");
    };
    // What is due already, after a restart or with no delay, is work at once: there must be no moment in which all seems settled.
    if (due <= clock.now()) fire();
    else this.#timers.set(key, clock.at(due, fire));
  }

  #disarm(instance: string, taskId: number): void {
    const key = `${taskId}/${instance}`;
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  /** `written`: when it is on disk that the task is to be run; no result goes any further before. */
  #run(task: TaskRecord, written?: Promise<void>): void {
    const { parts } = this.#core;
    const { recorder } = parts;
    const end = parts.work.begin(`durable ${task.kind}`);
    const cause = recorder.now;
    const run = async () => {
      // The instance may have been terminated while the task waited for its turn.
      const open = this.#core.tables.task(task.instance, task.id);
      try {
        if (open?.executionId === task.executionId) {
          const span = recorder.begin("durable", task.kind, describe(task), {
            causes: cause === 0 ? [] : [cause],
            keys: [`instance:${task.instance}`],
          });
          await recorder.within(span, async () => {
            try {
              const result = await runTask(this.#core, task);
              span.end(result.kind === "failed" ? "failed" : "ok");
              await written;
              await this.#ended(task, result);
            } finally {
              span.end("failed");
            }
          });
        }
      } catch (error) {
        parts.log.error(`The functions host could not run '${describe(task)}'; it is retried.`, {
          error: String(error),
        });
        this.#later(() => this.#run(task));
      } finally {
        end();
      }
    };
    this.#tasks.add(run);
  }

  /** A result waits in memory for its episode, which puts it on disk; that of an instance that is suspended or hangs might wait long. */
  async #ended(task: TaskRecord, message: Message): Promise<void> {
    const record = this.#core.tables.instances.get(task.instance);
    if (record?.status !== "Suspended" && record?.stuck === undefined) return this.post(task.instance, { message });
    const { key, change } = this.#core.tables.putMessage(task.instance, message);
    await this.commit([change], [{ kind: "deliver", instance: task.instance, queued: { message, key } }]);
  }

  #activate(instance: string): Active {
    let active = this.#active.get(instance);
    if (active === undefined) {
      active = { inbox: [], queued: false, causes: new Causes(this.#core.parts.recorder) };
      this.#active.set(instance, active);
    }
    return active;
  }

  #queue(instance: string, active: Active): void {
    if (active.queued || this.#closed) return;
    active.queued = true;
    active.endWork ??= this.#core.parts.work.begin("durable episode");
    // The lane is for the application's code alone: waiting for the disk takes no place in it.
    this.#episodes.add(
      () =>
        new Promise<void>((resolve) => {
          const number = this.#turns.add(
            this.#turn(instance, active, resolve).then(() => {
              this.#turns.take(number);
              resolve();
            }),
          );
        }),
    );
  }

  async #turn(instance: string, active: Active, invoked: () => void): Promise<void> {
    const { tables, parts } = this.#core;
    const record = tables.instances.get(instance);
    let batch: Queued[] | undefined;
    try {
      if (record === undefined || isOver(record)) {
        batch = active.inbox.splice(0);
        await this.#discard(batch);
      } else {
        batch = takeBatch(tables, record, active.inbox);
        if (batch !== undefined) await this.#episode(record, batch, active, invoked);
      }
    } catch (error) {
      parts.log.error(`An episode of '${instance}' could not be run; it is retried.`, { error: String(error) });
      active.inbox.unshift(...(batch ?? []));
      this.#later(() => {
        active.queued = false;
        this.#queue(instance, active);
      });
      active.endWork?.();
      active.endWork = undefined;
      return;
    }
    active.queued = false;
    if (batch !== undefined && (active.inbox.length > 0 || tables.instances.get(instance)?.unstarted !== undefined)) {
      this.#queue(instance, active);
      return;
    }
    active.endWork?.();
    active.endWork = undefined;
    if (active.inbox.length === 0) this.#active.delete(instance);
  }

  async #episode(
    record: InstanceRecord,
    batch: readonly Queued[],
    { inbox, causes, written }: Active,
    invoked: () => void,
  ): Promise<void> {
    const { recorder } = this.#core.parts;
    const span = recorder.begin("durable", "episode", record.name, {
      causes: causes.take(),
      keys: [`instance:${record.id}`],
      details: { heard: batch.map(({ message }) => message) },
    });
    await recorder.within(span, async () => {
      try {
        const { changes, effects, children } = await runEpisode(this.#core, record, batch, inbox, invoked);
        const committed = this.commit(changes, effects, written);
        // The tables know of them now.
        for (const child of children) this.#core.starting.delete(child);
        await committed;
        const { status = record.status } = this.#core.tables.instances.get(record.id) ?? {};
        span.note({ status });
        span.end(status === "Failed" ? "failed" : "ok");
      } finally {
        span.end("failed");
      }
    });
  }

  async #discard(batch: readonly Queued[]): Promise<void> {
    const changes = batch.flatMap(({ key }) => (key === undefined ? [] : [this.#core.tables.dropMessage(key)]));
    if (changes.length > 0) await this.#core.parts.store.commit(changes);
  }

  #later(again: () => void): void {
    if (!this.#closed) this.#core.parts.clock.after(retryDelay, () => !this.#closed && again());
  }
}

const describe = (task: TaskRecord) => (task.kind === "timer" ? `timer ${task.id}` : task.name);
