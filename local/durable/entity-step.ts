import type { Change } from "../store/store.ts";
import { isOver } from "./batch.ts";
import { type Core, type Effect, hasName } from "./core.ts";
import { type EntityMessage, type EntityRecord, entityId, parseEntityId } from "./entity-records.ts";
import type { Message } from "./records.ts";

export type Operation = Extract<EntityMessage, { kind: "operation" }>;
/** A message in the queue of an entity, with the key of its row. */
export interface Queued {
  readonly key: string;
  readonly message: EntityMessage;
}
/** The return value of an entity function. */
interface EntityState {
  readonly entityExists: boolean;
  readonly entityState?: string | null;
  readonly results: readonly { readonly isError: boolean; readonly result?: string }[];
  readonly signals: readonly {
    readonly target: { name: string; key: string };
    readonly name: string;
    readonly input: string;
  }[];
}

/** A signal, which gets no reply. @param input JSON text @param at ms since the epoch */
export function operationMessage(
  entity: string,
  name: string,
  input: string | null,
  requestId: string,
  at: number,
): Operation {
  return { kind: "operation", entity, at, requestId, name, input, signal: true };
}

/** Collects the changes of one step of an entity. */
export class EntityStep {
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

  /**
   * Runs the entity function once for all of these operations, and collects replies, signals and the new state. An error of the function fails the
   * operations and changes nothing. Rejects if the function could not be run at all.
   */
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
      for (const operation of operations)
        this.#reply(operation, { isError: true, result: JSON.stringify(outcome.error.message) });
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
    for (const [index, operation] of operations.entries())
      this.#reply(operation, state.results[index] ?? { isError: false });
    for (const { target, name: operation, input } of state.signals) {
      const message = operationMessage(
        ...([entityId(target.name, target.key), operation, input === "" ? null : input] as const),
        this.#core.parts.ids.uuid(),
        this.#now,
      );
      this.#send({ ...message, parent: this.#id });
    }
  }

  /** Locks the entity for an orchestration, and passes the request to the next entity of the set; the last one notifies the orchestration. */
  lock(message: Extract<EntityMessage, { kind: "lock" }>): void {
    const holder = this.#core.tables.instances.get(message.parent);
    if (holder === undefined || isOver(holder) || holder.executionId !== message.executionId) return;
    this.#record = { ...this.#record, lockedBy: message.parent, updated: this.#now };
    const next = message.set[message.position + 1];
    if (next !== undefined) this.#send({ ...message, entity: next, at: this.#now, position: message.position + 1 });
    else this.#tell(message.parent, message.executionId, message.requestId, { result: null });
  }

  /** Releases the lock, if it is this orchestration's. */
  release(parent: string): void {
    if (this.#record.lockedBy !== parent) return;
    const { lockedBy: _, ...unlocked } = this.#record;
    this.#record = unlocked;
  }

  /** The row stays if the entity does not exist (any more): as recorded, it is listed as an instance until it is purged. */
  finish(): Change[] {
    return [...this.#changes, this.#core.tables.putEntity(this.#record)];
  }

  #reply(operation: Operation, result: { isError: boolean; result?: string }): void {
    if (operation.signal || operation.parent === undefined || operation.executionId === undefined) return;
    const error = result.isError ? { exceptionType: "Error" } : {};
    this.#tell(operation.parent, operation.executionId, operation.requestId, {
      result: result.result ?? null,
      ...error,
    });
  }

  #tell(instance: string, executionId: string, requestId: string, response: Record<string, unknown>): void {
    const input = JSON.stringify({
      $type:
        "Microsoft.Azure.WebJobs.Extensions.DurableTask.ResponseMessage, Microsoft.Azure.WebJobs.Extensions.DurableTask",
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
