/** A part of a change feed. */
export interface FeedPage {
  readonly documents: Record<string, unknown>[];
  /** Opaque text: where the next page begins. */
  readonly position: string;
  readonly more: boolean;
  /** Ids of the spans that the changes come from, each once, as far as they are known. */
  readonly causes: readonly number[];
}

/** What the functions host needs of Cosmos DB to run change feed triggers: reading the feed, and being woken when it grows. */
export interface ChangeFeedSource {
  /**
   * The latest versions of the items changed after `position`, oldest change first, at most `max` of them but never a part of one transaction.
   * `position` is that of an earlier page; `"beginning"` and `"now"` are the two starts.
   * @throws when the database or container does not exist.
   */
  readChanges(database: string, container: string, position: string, max: number): FeedPage;
  /**
   * Every change after `position`, deletions too, in the form of the service (`current`, `metadata`); it can begin `"now"` only.
   * @throws when the account keeps the latest versions alone, or no longer those
   */
  readVersions(database: string, container: string, position: string, max: number): FeedPage;
  /** Calls `listener` in the same turn in which a commit changes the container, and when it is deleted; the returned function ends that. */
  onChange(database: string, container: string, listener: () => void): () => void;
  /** Calls `listener` whenever a container of this name is made; the returned function ends that. */
  onMade(database: string, container: string, listener: () => void): () => void;
  /** The paths of a container's partition key. @throws when the database or container does not exist */
  partitionKeyOf(database: string, container: string): readonly string[];
  /** What tells a container from one that was made anew under its name. @throws when the database or container does not exist */
  ridOf(database: string, container: string): string;
  /** Reads an item by id and partition key, for lease documents. */
  readItem(database: string, container: string, id: string, partitionKey: string): Record<string, unknown> | undefined;
  /** Creates or overwrites an item; resolves when it is durable. */
  upsertItem(database: string, container: string, item: Record<string, unknown>): Promise<void>;
  /** Creates what there is not yet of a database and a container with this path as its partition key. */
  createIfNotExists(database: string, container: string, partitionKey: string): Promise<void>;
}
