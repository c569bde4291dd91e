import type { Change } from "../store/store.ts";
import { type Core, compactGuid, type Effect, type Queued } from "./core.ts";
import type { EntityMessage } from "./entity-records.ts";
import { event, eventType, raised, statusNumbers } from "./events.ts";
import {
  type CallTask,
  type Ending,
  type HistoryEvent,
  type InstanceRecord,
  type KnownAction,
  type Message,
  type TaskRecord,
  type TimerTask,
  terminal,
} from "./records.ts";
import { executionStarted, type NewInstance } from "./tables.ts";

type Draft = { -readonly [key in keyof InstanceRecord]: InstanceRecord[key] };
type MessageForEntity = EntityMessage extends infer M
  ? M extends EntityMessage
    ? Omit<M, "entity" | "at">
    : never
  : never;

/** Completions of children and entity replies are sent to the parent as messages. */
type Outcome = { kind: "done" | "failed"; result: string | null; details?: string };

/** Collects one episode: all its changes, as one list for one commit, and the effects after the commit. Nothing outside changes before. */
export class Turn {
  readonly core: Core;
  readonly record: Draft;
  /** The orchestration's time in this episode, milliseconds since the epoch. */
  readonly now: number;
  /** The instance's messages that are not in this episode; the list grows while the episode runs. */
  readonly inbox: readonly Queued[];
  /** The events that this episode delivers to the orchestrator. */
  readonly delivered: HistoryEvent[] = [];
  /** The events that follow from them. */
  readonly decided: HistoryEvent[] = [];
  readonly actions: KnownAction[] = [];
  readonly changes: Change[] = [];
  readonly effects: Effect[] = [];
  /** Sub-orchestrations that it starts under ids chosen by the application: nothing else may use these before the commit. */
  readonly children: string[] = [];
  /** Tasks opened and closed in this episode, which override those in the store. */
  readonly #tasks = new Map<number, TaskRecord | undefined>();

  constructor(core: Core, record: InstanceRecord, now: number, inbox: readonly Queued[] = []) {
    this.core = core;
    this.inbox = inbox;
    this.record = { ...record, clock: now };
    this.now = now;
  }

  /** Handles something that hangs on Azure: returns why the instance must fail, or lets it hang if it is to behave as on Azure. */
  refuse(why: string): string | undefined {
    if (!this.core.hangLikeAzure) return why;
    this.record.stuck = why;
    this.core.parts.log.warn(`Orchestration '${this.record.id}' hangs now, as it would on Azure. ${why}`);
    return undefined;
  }

  /** Takes this number of sequence ids, counted as in the SDK; returns the first. */
  take(count = 1): number {
    const first = this.record.next;
    this.record.next += count;
    return first;
  }

  /**
   * Whether no sub-orchestration can be started under this id: it belongs to an instance that has not ended, or that an episode is about to start.
   */
  isTaken(id: string): boolean {
    const found = this.core.tables.instances.get(id);
    return this.core.starting.has(id) || (found !== undefined && !terminal.has(found.status));
  }

  /** An open task, including those of this episode. */
  task(id: number): TaskRecord | undefined {
    return this.#tasks.has(id) ? this.#tasks.get(id) : this.core.tables.task(this.record.id, id);
  }

  /** Opens a task under `id`: its scheduling is added to the history. */
  call(id: number, task: CallTask): void {
    const { name } = task;
    if (task.kind === "child") {
      const child = task.wanted ?? `${this.record.executionId}:${id}`;
      this.#open(id, { ...task, child });
      this.#decide(eventType.SubOrchestrationInstanceCreated, {
        EventId: id,
        Name: name,
        Version: task.version ?? null,
        InstanceId: child,
        Input: null,
        Tags: null,
        ClientSpanId: null,
      });
      if (task.wanted !== undefined) {
        this.core.starting.add(task.wanted);
        this.children.push(task.wanted);
      }
      this.#startChild(id, child, task);
      return;
    }
    this.#open(id, task);
    const unused = { Input: null, Tags: null, ParentTraceContext: null };
    this.#decide(eventType.TaskScheduled, { EventId: id, Name: name, Version: "", ...unused });
    this.effects.push({ kind: "run", instance: this.record.id, taskId: id });
  }

  /** Opens a timer under `id`: it is added to the history, and set once the episode is on disk. */
  timer(id: number, task: Omit<TimerTask, "kind">): void {
    this.#decide(eventType.TimerCreated, { EventId: id, FireAt: new Date(task.due).toISOString() });
    this.#open(id, { kind: "timer", ...task });
    this.effects.push({
      kind: "arm",
      instance: this.record.id,
      taskId: id,
      due: task.due,
      executionId: this.record.executionId,
    });
  }

  /** Closes a task; returns false if it is not open (any more). */
  close(id: number): boolean {
    const task = this.task(id);
    if (task === undefined) return false;
    this.#tasks.set(id, undefined);
    if (task.kind !== "timer" || !task.cancelled) this.record.open--;
    return true;
  }

  /** A cancelled timer no longer delays completion. As on Azure its message is still sent, and recorded when it arrives. */
  cancelTimer(id: number): void {
    const task = this.task(id);
    if (task?.kind !== "timer" || task.cancelled) return;
    // The SDK would take ids at the next part of a long timer, which the host does not count.
    if (task.final !== undefined) {
      this.#dropTask(id);
      return;
    }
    this.#tasks.set(id, { ...task, cancelled: true });
    this.record.open--;
  }

  #dropTask(id: number): void {
    if (this.close(id)) this.effects.push({ kind: "disarm", instance: this.record.id, taskId: id });
  }

  /** Sends a message to an entity; with an id it is also added to the history. */
  send(entity: string, message: MessageForEntity, id?: number, fields: Record<string, unknown> = {}): void {
    if (id !== undefined) {
      this.#decide(eventType.EventSent, { EventId: id, InstanceId: entity, ...fields });
    }
    const { key, change } = this.core.tables.putEntityMessage({ ...message, entity, at: this.now } as EntityMessage);
    this.changes.push(change);
    this.effects.push({ kind: "entity", entity, key });
  }

  /** Ends the instance now, with all tasks that are still open. `result` as in `InstanceRecord.output`. */
  end(status: "Completed" | "Failed" | "Terminated", result: string | null): void {
    const { record } = this;
    // Events that have arrived by then are part of the history, though the orchestrator never receives them.
    for (const { message } of this.inbox)
      if (message.kind === "event") this.delivered.push(raised(message.at, message.name, message.input));
    this.#dropTasks();
    for (const lock of record.locks ?? []) this.send(lock, { kind: "release", parent: record.id });
    delete record.locks;
    delete record.ending;
    delete record.waiters;
    delete record.buffered;
    delete record.redelivered;
    delete record.asked;
    delete record.unstarted;
    delete record.stuck;
    delete record.swallows;
    record.status = status;
    if (result === null) delete record.output;
    else record.output = result;
    this.#decide(eventType.ExecutionCompleted, {
      EventId: record.next,
      OrchestrationStatus: statusNumbers[status],
      Result: result,
      FailureDetails: null,
    });
    this.#tellParent(
      status === "Completed"
        ? { kind: "done", result }
        : {
            kind: "failed",
            result: result ?? "",
            details: status === "Failed" ? failureDetails(record.name, result) : "",
          },
    );
    this.effects.push({ kind: "ended", instance: record.id });
  }

  /** Begins the next generation, which gets `carry`. Writes its own page. */
  startOver(ending: Extract<Ending, { kind: "again" }>): void {
    const { record, core, now } = this;
    // Nothing of this generation remains: the next one numbers its tasks from the start again, and would not know of others.
    this.#dropTasks();
    this.#flushTasks();
    for (const lock of record.locks ?? []) this.send(lock, { kind: "release", parent: record.id });
    this.changes.push(...core.tables.dropContents({ ...record, next: 0 }));
    const executionId = compactGuid(core);
    const next: NewInstance = {
      id: record.id,
      name: record.name,
      version: record.version,
      input: ending.input,
      executionId,
      ...(record.parent ? { parent: record.parent } : {}),
    };
    const started = { ...executionStarted(next, now), Generation: null };
    const carried = ending.carry === undefined ? [] : [ending.carry];
    const events = [
      event(eventType.OrchestratorStarted, now),
      started,
      ...carried,
      event(eventType.OrchestratorCompleted, now),
    ];
    this.changes.push(core.tables.putPage(record.id, 0, { events }));
    const { id, name, version, generation, parent, customStatus, redelivered } = record;
    const fresh: InstanceRecord = {
      ...{ id, name, version, executionId, generation: generation + 1 },
      ...(parent === undefined ? {} : { parent }),
      ...(customStatus === undefined ? {} : { customStatus }),
      ...{ status: "Running", created: now, updated: now, clock: now, next: 0, pages: 1, open: 0, waits: 0 },
      unstarted: started,
      ...(carried[0] ? { redelivered: (redelivered ?? 0) + 1, buffered: { [String(carried[0].Name)]: 1 } } : {}),
    };
    this.changes.push(core.tables.putInstance(fresh));
    this.effects.push({ kind: "wake", instance: id });
  }

  /** Writes the page and the row of this episode. */
  write(opening: readonly HistoryEvent[]): void {
    const { record, core } = this;
    const events = [...opening, ...this.delivered, ...this.decided, event(eventType.OrchestratorCompleted, this.now)];
    const page = this.actions.length === 0 ? { events } : { events, actions: this.actions };
    this.changes.push(core.tables.putPage(record.id, record.pages, page));
    record.pages++;
    record.updated = this.now;
    this.#flushTasks();
    this.changes.push(core.tables.putInstance(record));
  }

  #flushTasks(): void {
    for (const [id, task] of this.#tasks) {
      if (task !== undefined) this.changes.push(this.core.tables.putTask(task));
      else if (this.core.tables.task(this.record.id, id))
        this.changes.push(this.core.tables.dropTask(this.record.id, id));
    }
  }

  /** Sends another instance a message that must not be lost. */
  deliver(instance: string, message: Message): void {
    const { key, change } = this.core.tables.putMessage(instance, message);
    this.changes.push(change);
    const queued: Queued = { message, key };
    this.effects.push({ kind: "deliver", instance, queued });
  }

  #open(id: number, task: CallTask | TimerTask): void {
    const { id: instance, executionId } = this.record;
    this.#tasks.set(id, { ...task, instance, id, executionId });
    this.record.open++;
  }

  #decide(type: number, fields: Record<string, unknown>): void {
    this.decided.push(event(type, this.now, fields));
  }

  #startChild(taskId: number, id: string, task: CallTask): void {
    const { record, core, now } = this;
    const parent = { id: record.id, executionId: record.executionId, name: record.name, taskId };
    const { name, input } = task;
    const version = task.version ?? core.defaultVersion;
    this.changes.push(...core.tables.create({ id, name, version, input, executionId: compactGuid(core), parent }, now));
    this.effects.push({ kind: "wake", instance: id });
  }

  #tellParent(outcome: Outcome): void {
    const { parent } = this.record;
    if (parent === undefined) return;
    const { taskId, executionId } = parent;
    this.deliver(parent.id, { ...outcome, at: this.now, taskId, executionId });
  }

  #dropTasks(): void {
    for (const [id, task] of this.#tasks) if (task !== undefined) this.#dropTask(id);
    for (const task of this.core.tables.openTasks(this.record)) this.#dropTask(task.id);
    this.record.open = 0;
    // Drops calls that will not be made any more.
    const kept = this.effects.filter(({ kind }) => kind !== "run" && kind !== "arm");
    this.effects.length = 0;
    this.effects.push(...kept);
  }
}

/** `Details` of a failed sub-orchestration. */
function failureDetails(name: string, output: string | null): string {
  const prefix = `Orchestrator function '${name}' failed: `;
  const message = output?.startsWith(prefix) ? output.slice(prefix.length) : (output ?? "");
  return `Message: ${message}, StackTrace: `;
}
