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

/** The state of an instance that has something to do; a sleeping one has none. */
interface Active {
  readonly inbox: Queued[];
  queued: boolean;
  /** Resolves once everything that it has received is on disk. */
  written?: Promise<void>;
  /** The causes of its next episode. */
  readonly causes: Causes;
  endWork?: (() => void) | undefined;
}

/** Effects that start while the changes that caused them are being written. */
const beside: ReadonlySet<Effect["kind"]> = new Set(["wake", "deliver"]);

/** The delay before an episode or activity is retried that the functions host could not run, in ms. */
const retryDelay = 1000;

/** Delivers messages to instances, and runs their episodes, activities and timers, each within its limit. */
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

  /** Restores the state of the store: open tasks, messages, and instances that have not had their first turn. */
  restore(): void {
    const { tables } = this.#core;
    for (const [key, { instance, message }] of [...tables.inbox].sort(([a], [b]) => Number(a) - Number(b))) {
      this.post(instance, { message, key });
    }
    for (const task of tables.tasks.values()) this.#resume(task);
    for (const id of tables.unstarted()) this.wake(id);
  }

  /** Starts to run episodes and activities, including the waiting ones. */
  open(): void {
    this.#episodes.open();
    this.#tasks.open();
  }

  /** Starts nothing more; resolves once running work has ended. */
  async hold(): Promise<void> {
    await Promise.all([this.#episodes.hold(), this.#tasks.hold()]);
    await Promise.all(this.#turns.pieces());
  }

  /** Stops for good, including timers. Resolves once running work has ended; the rest is in the store, for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    await this.hold();
    for (const active of this.#active.values()) active.endWork?.();
    this.#active.clear();
  }

  /**
   * Writes changes to disk and runs their effects, all as one piece of work. Some effects start during the write. A receiver continues at once, since
   * its own changes are written after these and never exist without them. Activities run at least once anyway, so they start once their cause is on
   * disk; if an orchestrator's request is lost, it makes the request again. Azure, too, sends them before it writes the history.
   * @param after when the cause of the changes is on disk
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

  /** Hands a message to an instance, which receives it in a later episode. @param written when the message is on disk, if it is not yet */
  post(instance: string, queued: Queued, written?: Promise<void>): void {
    const active = this.#activate(instance);
    active.inbox.push(queued);
    this.#hears(instance, active, written);
  }

  /** Gives an instance a turn without a message, such as its first. @param written when the reason for waking it is on disk */
  wake(instance: string, written?: Promise<void>): void {
    this.#hears(instance, this.#activate(instance), written);
  }

  #hears(instance: string, active: Active, written: Promise<void> | undefined): void {
    // Commits reach the disk in their order, so the last one covers all.
    if (written !== undefined) active.written = written;
    active.causes.add();
    this.#queue(instance, active);
  }

  /** Calls `ended` once, when the instance has ended; the returned function cancels that. */
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
      // The store has reported the error, and accepts nothing more.
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
    // A timer that is already due, after a restart or without delay, is work at once: at no moment must everything seem settled.
    if (due <= clock.now()) fire();
    else this.#timers.set(key, clock.at(due, fire));
  }

  #disarm(instance: string, taskId: number): void {
    const key = `${taskId}/${instance}`;
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  /** `written`: when the order to run the task is on disk; a result is not passed on before. */
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

  /**
   * A result waits in memory for the episode that writes it to disk. If the instance is suspended or hangs, that could take long, so the result is
   * stored first.
   */
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
    // The lane is only for the application's code: waiting for the disk takes no place in it.
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
        // The tables contain them now.
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
