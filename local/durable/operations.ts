import { isOver } from "./batch.ts";
import { type Core, compactGuid } from "./core.ts";
import type { InstanceRecord, Message, RuntimeStatus } from "./records.ts";
import { rewindChanges } from "./rewind.ts";
import type { Scheduler } from "./scheduler.ts";
import type { InstanceHead } from "./tables.ts";

export interface Start {
  readonly name: string;
  readonly id?: string;
  readonly version?: string | null;
  /** JSON text. */
  readonly input: string | null;
}

/** The instances that a list or purge selects; times in milliseconds since the epoch. */
export interface Filter {
  readonly prefix?: string;
  readonly createdFrom?: number;
  readonly createdTo?: number;
  readonly statuses?: ReadonlySet<RuntimeStatus>;
}

export type Answer = "accepted" | "missing" | "over";

/** The operations for clients of the task hub. Each resolves once everything is on disk. */
export class Operations {
  readonly #core: Core;
  readonly #scheduler: Scheduler;

  constructor(core: Core, scheduler: Scheduler) {
    this.#core = core;
    this.#scheduler = scheduler;
  }

  /** Starts an instance and returns its id, or the status of the instance that already has the id. */
  async start(start: Start): Promise<{ id: string } | { conflict: RuntimeStatus }> {
    const { tables, parts, defaultVersion } = this.#core;
    const id = start.id ?? compactGuid(this.#core);
    const old = tables.instances.get(id);
    if (this.#core.starting.has(id)) return { conflict: "Pending" };
    if (old !== undefined && !isOver(old)) return { conflict: old.status };
    const version = start.version ?? defaultVersion;
    const { name, input } = start;
    // With dashes, as recorded; the execution ids of later generations have none.
    const executionId = parts.ids.uuid();
    const span = parts.recorder.running;
    span?.is("start", name);
    span?.about(`instance:${id}`);
    span?.note({ input });
    const changes = tables.create({ id, name, version, input, executionId }, parts.clock.now());
    await this.#scheduler.commit(changes, [{ kind: "wake", instance: id }]);
    return { id };
  }

  /** Sends an event with JSON text as its input to an instance. */
  raise(id: string, name: string, input: string | null): Promise<Answer> {
    const { recorder, clock } = this.#core.parts;
    recorder.running?.is("raise", name);
    recorder.running?.note({ input });
    return this.#send(id, { kind: "event", at: clock.now(), name, input });
  }

  /**
   * Terminates, suspends or resumes.
   * @throws TypeError if it is already suspended (or, to resume, is not), as in the host.
   */
  async control(id: string, kind: "terminate" | "suspend" | "resume", reason: string | null): Promise<Answer> {
    const record = this.#core.tables.instances.get(id);
    const suspended = record?.status === "Suspended";
    if (record !== undefined && !isOver(record) && kind !== "terminate" && suspended === (kind === "suspend")) {
      throw new TypeError(
        `Cannot ${kind} the orchestration instance ${id} because instance is in the ${record.status} state.`,
      );
    }
    return this.#send(id, { kind, at: this.#core.parts.clock.now(), reason });
  }

  /** Deletes an instance that has ended; otherwise returns its status. */
  async purge(record: InstanceRecord): Promise<RuntimeStatus | undefined> {
    if (!isOver(record)) return record.status;
    await this.#scheduler.commit(this.#core.tables.dropInstance(record), []);
    return undefined;
  }

  /** Deletes the matching instances that have ended; returns their number. */
  async purgeAll(filter: Filter): Promise<number> {
    const over = this.list(filter).filter(isOver);
    if (over.length > 0)
      await this.#scheduler.commit(
        over.flatMap((record) => this.#core.tables.dropInstance(record)),
        [],
      );
    return over.length;
  }

  /** The matching instances, by id. */
  list(filter: Filter): InstanceRecord[] {
    return this.matching(filter).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The matching instances, unordered. */
  matching(filter: Filter): InstanceRecord[] {
    return this.heads(filter).flatMap(([id]) => this.#core.tables.instances.get(id) ?? []);
  }

  /** The listed members of the matching instances, unordered. */
  heads({ prefix, createdFrom, createdTo, statuses }: Filter): [id: string, head: InstanceHead][] {
    const found: [string, InstanceHead][] = [];
    this.#core.tables.eachHead((id, head) => {
      if (prefix !== undefined && !id.startsWith(prefix)) return;
      if (createdFrom !== undefined && head.created < createdFrom) return;
      if (createdTo !== undefined && head.created > createdTo) return;
      if (statuses !== undefined && !statuses.has(head.status)) return;
      found.push([id, head]);
    });
    return found;
  }

  /** Starts an instance again, with its name and input. */
  restart(record: InstanceRecord, newId: boolean): Promise<{ id: string } | { conflict: RuntimeStatus }> {
    const input = this.#core.tables.started(record).Input;
    return this.start({
      name: record.name,
      version: record.version,
      input: typeof input === "string" ? input : null,
      ...(newId ? {} : { id: record.id }),
    });
  }

  /** Undoes the failures of a failed instance and lets it continue; returns why that is not possible, if it is not. */
  async rewind(record: InstanceRecord, reason: string): Promise<string | undefined> {
    const result = rewindChanges(this.#core, record, reason);
    if ("refusal" in result) return result.refusal;
    await this.#scheduler.commit(
      result.changes,
      result.rewound.map((instance) => ({ kind: "wake", instance })),
    );
    return undefined;
  }

  async #send(id: string, message: Message): Promise<Answer> {
    const { tables, parts } = this.#core;
    parts.recorder.running?.about(`instance:${id}`);
    const record = tables.instances.get(id);
    if (record === undefined) return "missing";
    if (isOver(record)) return "over";
    const { key, change } = tables.putMessage(id, message);
    await this.#scheduler.commit([change], [{ kind: "deliver", instance: id, queued: { message, key } }]);
    return "accepted";
  }
}
