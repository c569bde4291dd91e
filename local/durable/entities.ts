import type { Change } from "../store/store.ts";
import { isOver } from "./batch.ts";
import { type Core, type Effect, hasName } from "./core.ts";
import { entityId, type EntityMessage, type EntityRecord, parseEntityId } from "./entity-records.ts";
import { Lane } from "./lane.ts";
import type { Message } from "./records.ts";

type Operation = Extract<EntityMessage, { kind: "operation" }>;
interface Queued {
  readonly key: string;
  readonly message: EntityMessage;
}
interface Active {
  readonly queue: Queued[];
  queued: boolean;
  endWork?: (() => void) | undefined;
}

/** What an entity function returned. */
interface EntityState {
  readonly entityExists: boolean;
  readonly entityState?: string | null;
  readonly results: readonly { readonly isError: boolean; readonly result?: string }[];
  readonly signals: readonly { readonly target: { name: string; key: string }; readonly name: string; readonly input: string }[];
}

/** How many operations one invocation gets at most (`maxEntityOperationBatchSize`). */
const batchSize = 5000;
const retryDelay = 1000;

/** Runs entities: operations in order of arrival, locks, replies and signals; one batch is one commit. */
export class Entities {
  readonly #core: Core;
  readonly #commit: (changes: Change[], effects: readonly Effect[]) => Promise<void>;
  readonly #active = new Map<string, Active>();
  readonly #lane: Lane;
  #closed = false;

  constructor(core: Core, limit: number, commit: (changes: Change[], effects: readonly Effect[]) => Promise<void>) {
    this.#core = core;
    this.#commit = commit;
    this.#lane = new Lane(limit);
  }

  /** Takes up the messages that the store holds. */
  restore(): void {
    for (const [key, message] of [...this.#core.tables.entityInbox].sort(([a], [b]) => Number(a) - Number(b))) {
      this.post(message.entity, key);
    }
  }

  open(): void {
    this.#lane.open();
  }

  hold(): Promise<void> {
    return this.#lane.hold();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.hold();
    for (const active of this.#active.values()) active.endWork?.();
    this.#active.clear();
  }

  /** Takes up a message that is in the store under `key`. */
  post(entity: string, key: string): void {
    const message = this.#core.tables.entityInbox.get(key);
    if (message === undefined) return;
    let active = this.#active.get(entity);
    if (active === undefined) {
      active = { queue: [], queued: false };
      this.#active.set(entity, active);
    }
    active.queue.push({ key, message });
    this.#queue(entity, active);
  }

  /** Signals an entity from outside an orchestration; resolves when the signal cannot be lost any more. */
  async signal(name: string, key: string, operation: string, input: string | null): Promise<void> {
    const { tables, parts } = this.#core;
    const message = operationMessage(entityId(name, key), operation, input, parts.ids.uuid(), parts.clock.now());
    const put = tables.putEntityMessage(message);
    await this.#commit([put.change], [{ kind: "entity", entity: message.entity, key: put.key }]);
  }

  #queue(entity: string, active: Active): void {
    if (active.queued || this.#closed) return;
    active.queued = true;
    active.endWork ??= this.#core.parts.work.begin("durable entity");
    this.#lane.add(() => this.#turn(entity, active));
  }

  async #turn(entity: string, active: Active): Promise<void> {
    const { tables, parts } = this.#core;
    let took: Queued[] = [];
    try {
      const record = tables.entities.get(entity);
      took = take(active.queue, record);
      if (took.length > 0) {
        const step = new EntityStep(this.#core, entity, record, took);
        const [first] = took;
        if (first?.message.kind === "operation") await step.operate(took.map(({ message }) => message as Operation));
        else if (first?.message.kind === "lock") step.lock(first.message);
        else if (first?.message.kind === "release") step.release(first.message.parent);
        await this.#commit(step.finish(), step.effects);
      }
    } catch (error) {
      parts.log.error(`The entity '${entity}' could not be run; it is tried again.`, { error: String(error) });
      active.queue.unshift(...took);
      active.endWork?.();
      active.endWork = undefined;
      parts.clock.after(retryDelay, () => {
        active.queued = false;
        this.#queue(entity, active);
      });
      return;
    }
    active.queued = false;
    if (took.length > 0 && active.queue.length > 0) return this.#queue(entity, active);
    active.endWork?.();
    active.endWork = undefined;
    if (active.queue.length === 0) this.#active.delete(entity);
  }
}

export function operationMessage(entity: string, name: string, input: string | null, requestId: string, at: number): Operation {
  return { kind: "operation", entity, at, requestId, name, input, signal: true };
}

/** What the entity does next: a batch of operations, or one lock or release. While it is locked only its holder is heard. */
function take(queue: Queued[], record: EntityRecord | undefined): Queued[] {
  const holder = record?.lockedBy;
  const heard = ({ message }: Queued) => holder === undefined || ("parent" in message && message.parent === holder);
  const first = queue.findIndex(({ message }, index) => message.kind === "release" || (queue[index] !== undefined && heard(queue[index])));
  const found = queue[first];
  if (found === undefined) return [];
  if (found.message.kind !== "operation") return queue.splice(first, 1);
  const took: Queued[] = [];
  for (let index = first; index < queue.length && took.length < batchSize; ) {
    const next = queue[index] as Queued;
    if (!heard(next)) index++;
    else if (next.message.kind !== "operation") break;
    else took.push(...queue.splice(index, 1));
  }
  return took;
}

/** One step of an entity in the making. */
class EntityStep {
  readonly effects: Effect[] = [];
  readonly #changes: Change[] = [];
  readonly #core: Core;
  readonly #id: string;
  readonly #now: number;
  #record: EntityRecord;

  constructor(core: Core, id: string, record: EntityRecord | undefined, took: readonly Queued[]) {
    this.#core = core;
    this.#id = id;
    this.#now = core.parts.clock.now();
    this.#record = record ?? { id, exists: false, created: this.#now, updated: this.#now };
    for (const { key } of took) this.#changes.push(core.tables.dropEntityMessage(key));
  }

  async operate(operations: readonly Operation[]): Promise<void> {
    const { name, key } = parseEntityId(this.#id);
    const functions = this.#core.functions();
    const outcome = hasName(functions.entities, name)
      ? await functions.runEntity(name, {
          self: { name, key },
          exists: this.#record.exists,
          state: this.#record.state ?? null,
          batch: operations.map((operation) => ({
            name: operation.name,
            input: operation.input,
            isSignal: operation.signal,
            id: operation.requestId,
          })),
        })
      : ({ ok: false, error: { message: `There is no entity function '${name}'.` } } as const);
    if (!outcome.ok) {
      // An error of the whole invocation fails every operation and changes nothing.
      for (const operation of operations) this.#reply(operation, { isError: true, result: JSON.stringify(outcome.error.message) });
      return;
    }
    const state = outcome.value as EntityState;
    const { state: _, ...rest } = this.#record;
    this.#record = {
      ...rest,
      exists: state.entityExists,
      updated: this.#now,
      ...(typeof state.entityState === "string" ? { state: state.entityState } : {}),
    };
    for (const [index, operation] of operations.entries()) this.#reply(operation, state.results[index] ?? { isError: false });
    for (const { target, name: operation, input } of state.signals) {
      const message = operationMessage(
        ...([entityId(target.name, target.key), operation, input === "" ? null : input] as const),
        this.#core.parts.ids.uuid(),
        this.#now,
      );
      this.#send({ ...message, parent: this.#id });
    }
  }

  /** Takes the lock for an orchestration and asks the next entity of the set; the last one tells the orchestration. */
  lock(message: Extract<EntityMessage, { kind: "lock" }>): void {
    const holder = this.#core.tables.instances.get(message.parent);
    if (holder === undefined || isOver(holder) || holder.executionId !== message.executionId) return;
    this.#record = { ...this.#record, lockedBy: message.parent, updated: this.#now };
    const next = message.set[message.position + 1];
    if (next !== undefined) this.#send({ ...message, entity: next, at: this.#now, position: message.position + 1 });
    else this.#tell(message.parent, message.executionId, message.requestId, { result: null });
  }

  release(parent: string): void {
    if (this.#record.lockedBy !== parent) return;
    const { lockedBy: _, ...unlocked } = this.#record;
    this.#record = unlocked;
  }

  finish(): Change[] {
    const gone = !this.#record.exists && this.#record.lockedBy === undefined;
    const { tables } = this.#core;
    return [...this.#changes, gone ? tables.dropEntity(this.#id) : tables.putEntity(this.#record)];
  }

  #reply(operation: Operation, result: { isError: boolean; result?: string }): void {
    if (operation.signal || operation.parent === undefined || operation.executionId === undefined) return;
    const error = result.isError ? { exceptionType: "Error" } : {};
    this.#tell(operation.parent, operation.executionId, operation.requestId, { result: result.result ?? null, ...error });
  }

  #tell(instance: string, executionId: string, requestId: string, response: Record<string, unknown>): void {
    const input = JSON.stringify({
      $type: "Microsoft.Azure.WebJobs.Extensions.DurableTask.ResponseMessage, Microsoft.Azure.WebJobs.Extensions.DurableTask",
      ...response,
    });
    const message: Message = { kind: "reply", at: this.#now, name: requestId, input, executionId };
    const { key, change } = this.#core.tables.putMessage(instance, message);
    this.#changes.push(change);
    this.effects.push({ kind: "deliver", instance, queued: { message, key } });
  }

  #send(message: EntityMessage): void {
    const { key, change } = this.#core.tables.putEntityMessage(message);
    this.#changes.push(change);
    this.effects.push({ kind: "entity", entity: message.entity, key });
  }
}
