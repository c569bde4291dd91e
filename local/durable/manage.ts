import type { Core } from "./core.ts";
import { type EntityRecord, entityId, isEntityId } from "./entity-records.ts";
import { eventTypeNames } from "./events.ts";
import { whyNoInstanceId } from "./instance-ids.ts";
import type { EntityRow, InstanceDetail, InstanceRow, Waiting } from "./managed.ts";
import type { Answer, Filter, Operations, Start } from "./operations.ts";
import type { InstanceRecord, RuntimeStatus } from "./records.ts";
import type { InstanceHead } from "./tables.ts";

/** Which instances are wanted; times in ms since the epoch. */
export interface Wanted {
  readonly prefix?: string;
  readonly name?: string;
  readonly statuses?: ReadonlySet<RuntimeStatus>;
  readonly createdFrom?: number;
  readonly createdTo?: number;
  /** Whether only those that hang, or that run and wait for nothing. */
  readonly stuck?: boolean;
}

/** Looks into a task hub and acts on it, for tools in the same process. What is refused is a RangeError in words. */
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

  /** The orchestrators, activities and entities that the application has. */
  get functions(): { orchestrators: readonly string[]; activities: readonly string[]; entities: readonly string[] } {
    const { orchestrators, activities, entities } = this.#core.functions();
    return { orchestrators, activities, entities };
  }

  /** A part of the instances that are wanted, those that were started last first, and how many there are. */
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

  /** How many instances there are, by status. */
  counts(): Partial<Record<RuntimeStatus, number>> {
    const counts: Partial<Record<RuntimeStatus, number>> = {};
    this.#core.tables.eachHead((_, { status }) => {
      counts[status] = (counts[status] ?? 0) + 1;
    });
    return counts;
  }

  /** An instance with its input, its output, what it waits for and the history of its generation. @throws RangeError when there is none */
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

  /** All entities by id, with their states; also those that do not exist any more and were not purged. */
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

  /** @throws RangeError when there is no such orchestrator, or the id is an entity's or taken by one that runs */
  async start(start: Start): Promise<string> {
    const { orchestrators } = this.#core.functions();
    if (!orchestrators.some((name) => name.toLowerCase() === start.name.toLowerCase()))
      throw new RangeError(
        `There is no orchestrator "${start.name}". The orchestrators are: ${orchestrators.join(", ") || "none"}.`,
      );
    // Of any other form are those of sub-orchestrations, too, so whoever looks after instances may start one so.
    const refused = start.id !== undefined && isEntityId(start.id) ? whyNoInstanceId(start.id) : undefined;
    if (refused !== undefined) throw new RangeError(refused);
    const started = await this.#operations.start(start);
    if ("conflict" in started) throw new RangeError(`An instance with the id "${start.id}" is ${started.conflict}.`);
    return started.id;
  }

  /** Sends an event, its input JSON text; resolves when it cannot be lost any more. @throws RangeError when there is no such instance, or it is over */
  async raise(id: string, name: string, input: string | null): Promise<void> {
    this.#took(id, await this.#operations.raise(id, name, input));
  }

  /** Terminates, suspends or resumes. @throws RangeError when there is no such instance, it is over, is suspended already or is not */
  async control(id: string, kind: "terminate" | "suspend" | "resume", reason: string): Promise<void> {
    try {
      this.#took(id, await this.#operations.control(id, kind, reason));
    } catch (error) {
      throw error instanceof TypeError ? new RangeError(error.message) : error;
    }
  }

  /** Lets an instance that has failed go on. @throws RangeError when there is none, or why it cannot be */
  async rewind(id: string, reason: string): Promise<void> {
    const refusal = await this.#operations.rewind(this.#record(id), reason);
    if (refusal !== undefined) throw new RangeError(refusal);
  }

  /** Starts it anew with its input; returns the id. */
  async restart(id: string, newId: boolean): Promise<string> {
    const started = await this.#operations.restart(this.#record(id), newId);
    if ("conflict" in started)
      throw new RangeError(`The instance is ${started.conflict}: a running instance cannot be restarted.`);
    return started.id;
  }

  /** Removes an instance that is over, for good. @throws RangeError when there is none, or it runs */
  async purge(id: string): Promise<void> {
    const status = await this.#operations.purge(this.#record(id));
    if (status !== undefined)
      throw new RangeError(`The instance is ${status}: a running instance cannot be purged. Terminate it first.`);
  }

  /** Purges those that are wanted and over; returns how many there were. */
  purgeAll(wanted: Wanted): Promise<number> {
    return this.#operations.purgeAll(wanted as Filter);
  }

  /** @throws RangeError when there is no such entity function */
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

  /** Hangs, as the engine itself knows, or runs and waits for nothing that could come. */
  #isStuck(id: string, { stuck, status, unstarted }: InstanceHead): boolean {
    if (stuck !== undefined) return true;
    if (status !== "Running" || unstarted !== undefined) return false;
    const record = this.#record(id);
    // Most wait for an event: of them nothing more is read, where there are very many.
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
