import type { ChangeFeedSource } from "../../cosmos/change-feed.ts";

/** A container, and the account that it is in. */
export interface Place {
  readonly feed: ChangeFeedSource;
  readonly database: string;
  readonly container: string;
}

/**
 * How far a change feed was read, as an item of the lease container. Which item that is say the container that is watched and `leaseContainerPrefix`, and not the function: two
 * triggers that agree in both have one lease, and one that gets another name goes on where it was. The lease of a container that was made anew under the name of the watched one is none:
 * on Azure the container's rid is in its name.
 *
 * Source: `CosmosDBTriggerAttributeBindingProvider` of the Cosmos DB extension, whose processor's name is the prefix or nothing, and `GetLeasePrefix` of the .NET SDK.
 */
export class CosmosLease {
  /** The container in which it is kept. */
  readonly place: Place;
  readonly watched: Place;
  readonly prefix: string;
  /** The change feed mode; leases of before do not say theirs. */
  readonly mode: string;
  readonly #id: string;

  constructor(place: Place, watched: Place, prefix: string, mode: string) {
    this.place = place;
    this.watched = watched;
    this.prefix = prefix;
    this.mode = mode;
    this.#id = idOf(prefix, watched);
  }

  /** Whether both are one. */
  is({ place, watched, prefix }: CosmosLease): boolean {
    return isOne(this.place, place) && isOne(this.watched, watched) && this.prefix === prefix;
  }

  /**
   * Makes its container where it is to and there is none.
   * @throws when there is none, when it has another partition key than leases can have, or when a trigger of another mode has written the lease
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

  /** The position that it holds, or nothing. */
  position(): string | undefined {
    return this.#positionIn(this.#id);
  }

  /** Where the first of these functions was that had a lease of its own: leases had the names of their functions once, and data folders of then are opened today. */
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
      // Of one with the partition key /id this is one more property.
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

  /** Leases of before say no rid. */
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

/** The other partition key that leases can have: that of containers for Gremlin, where /id is not possible. */
const keyProperty = "/partitionKey";

const idOf = (prefix: string, { database, container }: Place) => `${prefix}..${database}.${container}..0`;

const isOne = (one: Place, other: Place) =>
  one.feed === other.feed && one.database === other.database && one.container === other.container;
