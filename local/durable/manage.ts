import type { Core } from "./core.ts";
import { type EntityRecord, entityId, isEntityId } from "./entity-records.ts";
import { eventTypeNames } from "./events.ts";
import { whyNoInstanceId } from "./instance-ids.ts";
import type { EntityRow, InstanceDetail, InstanceRow, Waiting } from "./managed.ts";
import type { Answer, Filter, Operations, Start } from "./operations.ts";
import type { InstanceRecord, RuntimeStatus } from "./records.ts";
import type { InstanceHead } from "./tables.ts";

/** A filter for instances; times in ms since the epoch. */
export interface Wanted {
  readonly prefix?: string;
  readonly name?: string;
  readonly statuses?: ReadonlySet<RuntimeStatus>;
  readonly createdFrom?: number;
  readonly createdTo?: number;
  /** Selects only instances that hang, or that run and wait for nothing. */
  readonly stuck?: boolean;
}

/** Shows and changes a task hub, for tools in the same process. Refusals are RangeErrors with an explanation. */
export class Manage {
  readonly #core: Core;
  readonly #operations: Operations;
  readonly #signal: (name: string, key: string, operation: string, input: string | null) => Promise<void>;

  constructor(
    core: Core,
    operations: Operations,
    signal: (name: string, key: string, operation: string, input: string | null) => Promise<void>,
  ) {
    this.#core = core;
    this.#operations = operations;
    this.#signal = signal;
  }

  /** The application's orchestrators, activities and entities. */
  get functions(): { orchestrators: readonly string[]; activities: readonly string[]; entities: readonly string[] } {
    const { orchestrators, activities, entities } = this.#core.functions();
    return { orchestrators, activities, entities };
  }

  /** A part of the matching instances, the most recently started first, and their total number. */
  list(wanted: Wanted, from: number, count: number): { rows: InstanceRow[]; total: number } {
    const name = wanted.name?.toLowerCase();
    const found = this.#operations
      .heads(wanted as Filter)
      .filter(([, head]) => name === undefined || head.name.toLowerCase() === name)
      .filter(([id, head]) => !wanted.stuck || this.#isStuck(id, head))
      .map(([id, head]) => rowOf({ id, ...head }))
      .sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1));
    return { rows: found.slice(from, from + count), total: found.length };
  }

  /** The number of instances by status. */
  counts(): Partial<Record<RuntimeStatus, number>> {
    const counts: Partial<Record<RuntimeStatus, number>> = {};
    this.#core.tables.eachHead((_, { status }) => {
      counts[status] = (counts[status] ?? 0) + 1;
    });
    return counts;
  }

  /** An instance with its input, its output, what it waits for and the history of its generation. @throws RangeError if it does not exist */
  detail(id: string): InstanceDetail {
    const { tables } = this.#core;
    const record = this.#record(id);
    const { executionId, generation, parent, output, customStatus, locks = [], buffered = {} } = record;
    const { Input: input } = tables.started(record);
    return {
      ...rowOf(record),
      ...{ executionId, generation, locks, unheard: buffered, waitsFor: this.#waitsFor(record) },
      ...(parent === undefined ? {} : { parent: parent.id }),
      input: typeof input === "string" ? input : null,
      ...(output === undefined ? {} : { output }),
      ...(customStatus === undefined ? {} : { customStatus }),
      history: [...tables.history(record)].map(({ EventType, IsPlayed: _, ...event }) => ({
        EventType: eventTypeNames.get(EventType) ?? EventType,
        ...event,
      })),
    };
  }

  /** All entities by id, with their states, including those that no longer exist and were not purged. */
  entities(): EntityRow[] {
    const rows = [...this.#core.tables.entities.values()].map(
      ({ id, exists, state, lockedBy, updated }: EntityRecord) => ({
        ...{ id, exists, updated },
        ...(state === undefined ? {} : { state }),
        ...(lockedBy === undefined ? {} : { lockedBy }),
      }),
    );
    return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @throws RangeError if there is no such orchestrator, or the id is an entity's or belongs to a running instance */
  async start(start: Start): Promise<string> {
    const { orchestrators } = this.#core.functions();
    if (!orchestrators.some((name) => name.toLowerCase() === start.name.toLowerCase()))
      throw new RangeError(
        `There is no orchestrator "${start.name}". The orchestrators are: ${orchestrators.join(", ") || "none"}.`,
      );
    // Sub-orchestrations have ids of any other form, so an operator may start an instance under such an id, too.
    const refused = start.id !== undefined && isEntityId(start.id) ? whyNoInstanceId(start.id) : undefined;
    if (refused !== undefined) throw new RangeError(refused);
    const started = await this.#operations.start(start);
    if ("conflict" in started) throw new RangeError(`An instance with the id "${start.id}" is ${started.conflict}.`);
    return started.id;
  }

  /**
   * Sends an event with JSON text as its input; resolves once the event is stored. @throws RangeError if there is no such instance, or it has ended
   */
  async raise(id: string, name: string, input: string | null): Promise<void> {
    this.#took(id, await this.#operations.raise(id, name, input));
  }

  /**
   * Terminates, suspends or resumes. @throws RangeError if there is no such instance, it has ended, or it is already suspended (or, to resume, is
   * not)
   */
  async control(id: string, kind: "terminate" | "suspend" | "resume", reason: string): Promise<void> {
    try {
      this.#took(id, await this.#operations.control(id, kind, reason));
    } catch (error) {
      throw error instanceof TypeError ? new RangeError(error.message) : error;
    }
  }

  /** Lets a failed instance continue. @throws RangeError if it does not exist, or with the reason why this is not possible */
  async rewind(id: string, reason: string): Promise<void> {
    const refusal = await this.#operations.rewind(this.#record(id), reason);
    if (refusal !== undefined) throw new RangeError(refusal);
  }

  /** Starts it again with its input; returns the id. */
  async restart(id: string, newId: boolean): Promise<string> {
    const started = await this.#operations.restart(this.#record(id), newId);
    if ("conflict" in started)
      throw new RangeError(`The instance is ${started.conflict}: a running instance cannot be restarted.`);
    return started.id;
  }

  /** Deletes an instance that has ended. @throws RangeError if it does not exist, or is running */
  async purge(id: string): Promise<void> {
    const status = await this.#operations.purge(this.#record(id));
    if (status !== undefined)
      throw new RangeError(`The instance is ${status}: a running instance cannot be purged. Terminate it first.`);
  }

  /** Purges the matching instances that have ended; returns their number. */
  purgeAll(wanted: Wanted): Promise<number> {
    return this.#operations.purgeAll(wanted as Filter);
  }

  /** @throws RangeError if there is no such entity function */
  async signal(name: string, key: string, operation: string, input: string | null): Promise<string> {
    const { entities } = this.#core.functions();
    if (!entities.some((known) => known.toLowerCase() === name.toLowerCase()))
      throw new RangeError(
        `There is no entity function "${name}". The entity functions are: ${entities.join(", ") || "none"}.`,
      );
    await this.#signal(name, key, operation, input);
    return entityId(name, key);
  }

  #record(id: string): InstanceRecord {
    const record = this.#core.tables.instances.get(id);
    if (record === undefined) throw new RangeError(`There is no instance with the id "${id}".`);
    return record;
  }

  #took(id: string, answer: Answer): void {
    if (answer === "missing") throw new RangeError(`There is no instance with the id "${id}".`);
    if (answer === "over")
      throw new RangeError(`The instance is ${this.#record(id).status}: it receives no more events.`);
  }

  #waitsFor(record: InstanceRecord): Waiting[] {
    const events = Object.entries(record.waiters ?? {}).flatMap(([name, { length }]) =>
      Array.from({ length }, () => ({ kind: "event", name }) as const),
    );
    const tasks = [...this.#core.tables.openTasks(record)].flatMap((task): Waiting[] => {
      if (task.kind === "timer") return task.cancelled ? [] : [{ kind: "timer", name: "timer", due: task.due }];
      if (task.kind !== "child") return [{ kind: task.kind, name: task.name }];
      return [
        { kind: "sub-orchestration", name: task.name, ...(task.child === undefined ? {} : { instance: task.child }) },
      ];
    });
    const asked = Array.from({ length: record.asked ?? 0 }, () => ({ kind: "entity", name: "an answer" }) as const);
    return [...events, ...tasks, ...asked];
  }

  /** It hangs, as the engine itself has recorded, or it runs and waits for nothing that could happen. */
  #isStuck(id: string, { stuck, status, unstarted }: InstanceHead): boolean {
    if (stuck !== undefined) return true;
    if (status !== "Running" || unstarted !== undefined) return false;
    const record = this.#record(id);
    // Most instances wait for an event. For these nothing more is read, since there may be very many.
    if (Object.values(record.waiters ?? {}).some(({ length }) => length > 0)) return false;
    return this.#waitsFor(record).length === 0;
  }
}

function rowOf({
  id,
  name,
  status,
  created,
  updated,
  stuck,
}: Omit<InstanceHead, "unstarted"> & { id: string }): InstanceRow {
  return { id, name, status, created, updated, ...(stuck === undefined ? {} : { stuck }) };
}
