/** A page of a change feed. */
export interface FeedPage {
  readonly documents: Record<string, unknown>[];
  /** An opaque continuation token: where the next page begins. */
  readonly position: string;
  readonly more: boolean;
  /** The ids of the spans that caused the changes, each once, as far as they are known. */
  readonly causes: readonly number[];
}

/** The interface of Cosmos DB for the change feed triggers of the functions host: reading the feed, and notification of changes. */
export interface ChangeFeedSource {
  /**
   * The latest versions of the items that changed after `position`, oldest change first. At most `max`, but a transaction is never split.
   * `position` comes from an earlier page; `"beginning"` and `"now"` are the two starts.
   * @throws if the database or container does not exist.
   */
  readChanges(database: string, container: string, position: string, max: number): FeedPage;
  /**
   * Every change after `position`, including deletions, in the service's format (`current`, `metadata`). It can only start at `"now"`.
   * @throws if the account keeps only the latest versions, or no longer keeps those after `position`
   */
  readVersions(database: string, container: string, position: string, max: number): FeedPage;
  /**
   * Calls `listener` in the same turn in which a commit changes the container, and when the container is deleted, until the returned function is
   * called.
   */
  onChange(database: string, container: string, listener: () => void): () => void;
  /** Calls `listener` whenever a container of this name is created, until the returned function is called. */
  onMade(database: string, container: string, listener: () => void): () => void;
  /** The paths of a container's partition key. @throws if the database or container does not exist */
  partitionKeyOf(database: string, container: string): readonly string[];
  /**
   * The container's rid, which changes if a container is deleted and created again under the same name. @throws if the database or container does not
   * exist
   */
  ridOf(database: string, container: string): string;
  /** Reads an item by id and partition key, for lease documents. */
  readItem(database: string, container: string, id: string, partitionKey: string): Record<string, unknown> | undefined;
  /** Creates or replaces an item; resolves when the write is on disk. */
  upsertItem(database: string, container: string, item: Record<string, unknown>): Promise<void>;
  /** Creates the database and the container, with this path as its partition key, if they do not exist. */
  createIfNotExists(database: string, container: string, partitionKey: string): Promise<void>;
}
