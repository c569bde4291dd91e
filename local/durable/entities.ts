import { Causes } from "../recorder/causes.ts";
import type { Change } from "../store/store.ts";
import type { Core, Effect } from "./core.ts";
import { type EntityRecord, entityId } from "./entity-records.ts";
import { EntityStep, type Operation, operationMessage, type Queued } from "./entity-step.ts";
import { Lane } from "./lane.ts";

interface Active {
  readonly queue: Queued[];
  queued: boolean;
  /** The causes of its next step. */
  readonly causes: Causes;
  endWork?: (() => void) | undefined;
}

const retryDelay = 1000;

/** Runs entities: operations in order of arrival, locks, replies and signals. Each batch is one commit. */
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

  /** Restores the messages from the store. */
  restore(): void {
    for (const [key, message] of [...this.#core.tables.entityInbox].sort(([a], [b]) => Number(a) - Number(b))) {
      this.post(message.entity, key);
    }
  }

  /** Starts to run operations, including the waiting ones. */
  open(): void {
    this.#lane.open();
  }

  /** Starts no further step; resolves once those in progress are on disk. */
  hold(): Promise<void> {
    return this.#lane.hold();
  }

  /** Stops for good, after `hold`. The remaining messages are in the store, for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.hold();
    for (const active of this.#active.values()) active.endWork?.();
    this.#active.clear();
  }

  /** Queues the message that is in the store under `key`. */
  post(entity: string, key: string): void {
    const message = this.#core.tables.entityInbox.get(key);
    if (message === undefined) return;
    let active = this.#active.get(entity);
    if (active === undefined) {
      active = { queue: [], queued: false, causes: new Causes(this.#core.parts.recorder) };
      this.#active.set(entity, active);
    }
    active.queue.push({ key, message });
    active.causes.add();
    this.#queue(entity, active);
  }

  /** Signals an entity from outside an orchestration; resolves once the signal is stored. */
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

  async #step(entity: string, record: EntityRecord | undefined, took: readonly Queued[]): Promise<void> {
    const step = new EntityStep(this.#core, entity, record, took);
    const [first] = took;
    if (first?.message.kind === "operation") await step.operate(took.map(({ message }) => message as Operation));
    else if (first?.message.kind === "lock") step.lock(first.message);
    else if (first?.message.kind === "release") step.release(first.message.parent);
    await this.#commit(step.finish(), step.effects);
  }

  async #turn(entity: string, active: Active): Promise<void> {
    const { tables, parts } = this.#core;
    let took: Queued[] = [];
    try {
      const record = tables.entities.get(entity);
      took = take(active.queue, record, this.#core.limits.entityBatch);
      if (took.length > 0) {
        const span = parts.recorder.begin("durable", "entity", entity, {
          causes: active.causes.take(),
          keys: [`entity:${entity}`],
          details: { heard: took.map(({ message }) => message) },
        });
        await parts.recorder.within(span, async () => {
          try {
            await this.#step(entity, record, took);
            span.end("ok");
          } finally {
            span.end("failed");
          }
        });
      }
    } catch (error) {
      parts.log.error(`The entity '${entity}' could not be run; it is retried.`, { error: String(error) });
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

/** The entity's next step: a batch of operations, or one lock or release. While it is locked, only its holder's messages count. */
function take(queue: Queued[], record: EntityRecord | undefined, batchSize: number): Queued[] {
  const holder = record?.lockedBy;
  const heard = ({ message }: Queued) => holder === undefined || ("parent" in message && message.parent === holder);
  const first = queue.findIndex(
    ({ message }, index) => message.kind === "release" || (queue[index] !== undefined && heard(queue[index])),
  );
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
