import type { ChangeFeedSource } from "../../cosmos/change-feed.ts";

/** A container and its account. */
export interface Place {
  readonly feed: ChangeFeedSource;
  readonly database: string;
  readonly container: string;
}

/**
 * The position in a change feed, as an item of the lease container. The watched container and `leaseContainerPrefix` identify the item; the function
 * does not. So two triggers that agree in both share one lease, and a renamed trigger continues from its position. If the watched container was
 * recreated under the same name, the lease of the old one does not count: on Azure the container's rid is in the lease's name.
 *
 * Source: `CosmosDBTriggerAttributeBindingProvider` of the Cosmos DB extension, whose processor's name is the prefix or empty, and `GetLeasePrefix`
 * of the .NET SDK.
 */
export class CosmosLease {
  /** The container that holds the lease. */
  readonly place: Place;
  readonly watched: Place;
  readonly prefix: string;
  /** The change feed mode; leases written by earlier releases do not contain it. */
  readonly mode: string;
  readonly #id: string;

  constructor(place: Place, watched: Place, prefix: string, mode: string) {
    this.place = place;
    this.watched = watched;
    this.prefix = prefix;
    this.mode = mode;
    this.#id = idOf(prefix, watched);
  }

  /** Whether the two leases are the same. */
  is({ place, watched, prefix }: CosmosLease): boolean {
    return isOne(this.place, place) && isOne(this.watched, watched) && this.prefix === prefix;
  }

  /**
   * Creates the lease container if it does not exist and the trigger asks for that.
   * @throws if the container does not exist, if its partition key is not allowed for leases, or if a trigger of another mode has written the lease
   *
   * Source: `DocumentServiceLeaseStoreManagerBuilder` and `ChangeFeedModeSwitchingCheck` of the .NET SDK.
   */
  async prepare(createIfNotExists: boolean): Promise<void> {
    const { feed, database, container } = this.place;
    if (createIfNotExists) await feed.createIfNotExists(database, container, "/id");
    const paths = feed.partitionKeyOf(database, container);
    if (paths.length !== 1 || (paths[0] !== "/id" && paths[0] !== keyProperty)) {
      throw new Error(
        `its partition key is ${paths.join(" and ")}; the partition key of a lease container must be /id or ${keyProperty}.`,
      );
    }
    const mode = this.#read(this.#id)?.Mode;
    if (mode !== undefined && mode !== this.mode) {
      throw new Error(
        `its lease was written in the change feed mode ${mode}, and a switch to ${this.mode} is not allowed. Give the trigger another "leaseContainerPrefix", to start again.`,
      );
    }
  }

  /** The position in the lease, or `undefined`. */
  position(): string | undefined {
    return this.#positionIn(this.#id);
  }

  /**
   * The position of the first of these functions that had a lease of its own. Leases used to have the names of their functions, and data folders from
   * that time can still be opened.
   */
  formerPosition(functions: readonly string[]): string | undefined {
    for (const name of functions) {
      const position = this.#positionIn(idOf(this.prefix + name, this.watched));
      if (position !== undefined) return position;
    }
    return undefined;
  }

  /** Resolves when the position is durable. */
  write(position: string, owner: string, now: number): Promise<void> {
    const { feed, database, container } = this.place;
    return feed.upsertItem(database, container, {
      id: this.#id,
      // In a container with the partition key /id this is just another property.
      partitionKey: this.#id,
      LeaseToken: "0",
      ContinuationToken: position,
      Mode: this.mode,
      ContainerRid: this.#rid,
      Owner: owner,
      timestamp: new Date(now).toISOString(),
    });
  }

  #positionIn(id: string): string | undefined {
    const position = this.#read(id)?.ContinuationToken;
    return typeof position === "string" ? position : undefined;
  }

  /** Reads a lease. Leases written by earlier releases do not contain the rid. */
  #read(id: string): Record<string, unknown> | undefined {
    const { feed, database, container } = this.place;
    const lease = feed.readItem(database, container, id, id);
    return (lease?.ContainerRid ?? this.#rid) === this.#rid ? lease : undefined;
  }

  get #rid(): string {
    const { feed, database, container } = this.watched;
    return feed.ridOf(database, container);
  }
}

/** The other partition key that leases can have: the one of Gremlin containers, where /id is not possible. */
const keyProperty = "/partitionKey";

const idOf = (prefix: string, { database, container }: Place) => `${prefix}..${database}.${container}..0`;

const isOne = (one: Place, other: Place) =>
  one.feed === other.feed && one.database === other.database && one.container === other.container;
