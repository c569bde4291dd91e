import type { Parts } from "../kernel/parts.ts";
import type { Change } from "../store/store.ts";
import type { ConsistencyLevel } from "./consistency.ts";
import { Container, columnTable, type Retention } from "./container.ts";
import { type ContainerDefinition, checkedContainer, checkedId, type DatabaseDefinition } from "./definitions.ts";
import { badRequest, CosmosError, conflict, notFound } from "./errors.ts";
import { refuseUnknown } from "./not-emulated.ts";
import { type Offer, Offers, type Throughput } from "./offers.ts";
import type { Json } from "./query/values.ts";
import { rangesFor } from "./ranges.ts";
import { replacedDefinition } from "./replaced-definition.ts";
import { decodeRid, encodeRid } from "./rids.ts";
import { Users } from "./users.ts";
import { versionsRemoval } from "./versions.ts";

export interface Database {
  definition: DatabaseDefinition;
  containers: Map<string, Container>;
}

const databaseMembers = ["id", "_rid", "_self", "_etag", "_ts", "_colls", "_users"];
const databaseTable = "cosmos/databases";
const containerTable = "cosmos/containers";
/** The number of partition key ranges of each container whose throughput required more than one. */
const rangeTable = "cosmos/ranges";

export interface AccountOptions {
  /** Signs resource tokens. */
  key: Buffer;
  /** Gives each container two partition key ranges. */
  split: boolean;
  /** Keeps every change of the items. */
  retention?: Retention | undefined;
  /** The consistency of reads that ask for none. */
  consistency: ConsistencyLevel;
}

/** The databases and containers of the account. Clients may address a resource by its name or by its rid; names are looked up first. */
export class Account {
  readonly databases = new Map<string, Database>();
  readonly offers: Offers;
  readonly users: Users;
  readonly consistency: ConsistencyLevel;
  readonly #parts: Parts;
  readonly #split: boolean;
  readonly #retention: Retention | undefined;
  /** Listeners for containers that do not exist yet. */
  readonly #awaited = new Set<{ database: string; id: string; made: () => void }>();

  /** Loads the databases, containers and offers from the store. */
  constructor(parts: Parts, { key, split, retention, consistency }: AccountOptions) {
    this.#parts = parts;
    this.#split = split;
    this.#retention = retention;
    this.consistency = consistency;
    this.offers = new Offers(parts.store);
    this.users = new Users(parts, key);
    for (const definition of parts.store.table<DatabaseDefinition>(databaseTable).values()) {
      this.databases.set(definition.id, { definition, containers: new Map() });
    }
    for (const definition of parts.store.table<ContainerDefinition>(containerTable).values()) {
      const owner = [...this.databases.values()].find((each) => definition._self.startsWith(each.definition._self));
      owner?.containers.set(definition.id, this.#open(owner, definition));
    }
  }

  /** @throws a 404. */
  database(id: string): Database {
    const found = this.databases.get(id) ?? [...this.databases.values()].find((each) => each.definition._rid === id);
    if (found === undefined) throw notFound(`The database '${id}'`);
    return found;
  }

  /** @throws a 404; substatus 1003 says that the container is missing and not an item. */
  container(database: string, id: string): Container {
    const containers = this.databases.get(database)?.containers ?? this.#ownerOf(database, id).containers;
    const found = containers.get(id) ?? [...containers.values()].find((each) => each.definition._rid === id);
    if (found !== undefined) return found;
    throw new CosmosError(
      404,
      `The container '${id}' does not exist in the database '${database}'. (Owner resource does not exist.)`,
      {
        substatus: 1003,
      },
    );
  }

  /** The offers of all databases and containers that have their own throughput. */
  allOffers(): Offer[] {
    return [...this.databases.values()].flatMap(({ definition, containers }) => {
      const own = [...containers.values()].map((each) => this.offers.ofContainer(each.definition, definition));
      return [this.offers.ofDatabase(definition), ...own].filter((each) => each !== undefined);
    });
  }

  /** @throws a 409 if the database already exists. */
  async createDatabase(body: unknown, throughput?: Throughput): Promise<Database> {
    const id = checkedId(body);
    refuseUnknown(body as { [name: string]: Json }, databaseMembers, `The database ${id}`);
    if (this.databases.has(id)) throw conflict(`The database '${id}' already exists.`);
    const rid = this.#newRid(Buffer.alloc(0), (candidate) =>
      [...this.databases.values()].some((each) => each.definition._rid === candidate),
    );
    const definition = { id, _rid: rid, _self: `dbs/${rid}/`, ...this.#version(), _colls: "colls/", _users: "users/" };
    const database: Database = { definition, containers: new Map() };
    this.databases.set(id, database);
    const offer = this.offers.change(definition, throughput);
    await this.#parts.store.commit([{ table: databaseTable, key: rid, value: definition }, ...offer]);
    return database;
  }

  /** Deletes the database with its containers, items, users and offers. Resolves when the deletion is on disk. */
  async deleteDatabase({ definition, containers }: Database): Promise<void> {
    this.databases.delete(definition.id);
    const changes = [...containers.values()].flatMap((container) => this.#removal(container));
    changes.push({ table: databaseTable, key: definition._rid, value: undefined });
    changes.push(...this.users.removal(definition), ...this.offers.change(definition, undefined));
    await this.#parts.store.commit(changes);
  }

  /** @throws a 409 if the container already exists, a 400 if the definition is invalid. */
  async createContainer(owner: Database, body: unknown, throughput?: Throughput): Promise<Container> {
    const checked = this.#checked(body);
    if (owner.containers.has(checked.id)) {
      throw conflict(`The container '${checked.id}' already exists in the database '${owner.definition.id}'.`);
    }
    const rid = this.#newRid(decodeRid(owner.definition._rid), (candidate) =>
      [...owner.containers.values()].some((each) => each.definition._rid === candidate),
    );
    const definition: ContainerDefinition = {
      ...checked,
      _rid: rid,
      _self: `${owner.definition._self}colls/${rid}/`,
      ...this.#version(),
    };
    const asked = throughput?.offerAutopilotSettings?.maxThroughput ?? throughput?.offerThroughput ?? 0;
    const changes = this.offers.change(definition, throughput);
    if (rangesFor(asked) > 1) changes.push({ table: rangeTable, key: rid, value: rangesFor(asked) });
    const container = this.#open(owner, definition, rangesFor(asked));
    owner.containers.set(definition.id, container);
    for (const each of this.#awaited) if (each.database === container.database && each.id === checked.id) each.made();
    await this.#parts.store.commit([{ table: containerTable, key: rid, value: definition }, ...changes]);
    return container;
  }

  /** Calls `made` whenever a container of this name is created, until the returned function is called. */
  onMade(database: string, id: string, made: () => void): () => void {
    const awaited = { database, id, made };
    this.#awaited.add(awaited);
    return () => this.#awaited.delete(awaited);
  }

  /**
   * Replaces a container's definition by the rules of {@link replacedDefinition}. @throws a 400 if the change is not allowed or a member is invalid
   */
  async replaceContainer(container: Container, body: unknown): Promise<Container> {
    const { _rid, _self } = container.definition;
    const replaced = replacedDefinition(container.definition, this.#checked(body));
    container.definition = { ...replaced, _rid, _self, ...this.#version() };
    await this.#parts.store.commit([{ table: containerTable, key: _rid, value: container.definition }]);
    return container;
  }

  /**
   * Deletes the container with its items, its change history and its offer. Resolves when the deletion is on disk. Wakes the readers of its change
   * feed.
   */
  async deleteContainer(container: Container): Promise<void> {
    this.databases.get(container.database)?.containers.delete(container.definition.id);
    await this.#parts.store.commit(this.#removal(container));
  }

  /** Stops the timers of all containers. The stored data stays. */
  close(): void {
    for (const { containers } of this.databases.values())
      for (const container of containers.values()) container.close();
  }

  #ownerOf(database: string, id: string): Database {
    try {
      return this.database(database);
    } catch {
      throw new CosmosError(
        404,
        `The database '${database}' of the container '${id}' does not exist. (Owner resource does not exist.)`,
        {
          substatus: 1003,
        },
      );
    }
  }

  #open(owner: Database, definition: ContainerDefinition, ranges?: number): Container {
    const made = ranges ?? this.#parts.store.table<number>(rangeTable).get(definition._rid) ?? 1;
    return new Container(
      this.#parts,
      owner.definition.id,
      definition,
      Math.max(made, this.#split ? 2 : 1),
      this.#retention,
    );
  }

  #checked(body: unknown): ReturnType<typeof checkedContainer> {
    const checked = checkedContainer(body);
    if (checked.changeFeedPolicy === undefined) return checked;
    if (this.#retention !== undefined) {
      throw badRequest(
        "The retention duration in the Change Feed policy should not be set when continuous backup mode is enabled for the database account. Change Feed retention is set by the backup retention.",
      );
    }
    this.#parts.log.warn(
      `The container ${checked.id} has a changeFeedPolicy, as in the vendor's emulator. Azure refuses that: there, the continuous backup of the account keeps all versions.`,
    );
    return checked;
  }

  #removal(container: Container): Change[] {
    container.remove();
    const { _rid } = container.definition;
    const items = [...this.#parts.store.table(container.itemTable).keys()];
    return [
      ...items.map((key) => ({ table: container.itemTable, key, value: undefined })),
      { table: "cosmos/counters", key: _rid, value: undefined },
      { table: containerTable, key: _rid, value: undefined },
      { table: rangeTable, key: _rid, value: undefined },
      { table: columnTable, key: _rid, value: undefined },
      ...versionsRemoval(this.#parts.store, _rid),
      ...this.offers.change(container.definition, undefined),
    ];
  }

  #newRid(owner: Buffer, taken: (rid: string) => boolean): string {
    for (;;) {
      const own = this.#parts.ids.bytes(4);
      // The highest bit distinguishes a container from a user of a database.
      if (owner.length > 0) own[0] = (own[0] ?? 0) | 0x80;
      const rid = encodeRid(Buffer.concat([owner, own]));
      if (!taken(rid)) return rid;
    }
  }

  #version(): { _etag: string; _ts: number } {
    return { _etag: `"${this.#parts.ids.uuid()}"`, _ts: Math.floor(this.#parts.clock.now() / 1000) };
  }
}
