export interface DatabaseRow {
  readonly id: string;
  readonly containers: readonly ContainerRow[];
  readonly users: readonly UserRow[];
}

/** A user with the permissions of its resource tokens. */
export interface UserRow {
  readonly id: string;
  readonly permissions: readonly { readonly id: string; readonly mode: string; readonly resource: string }[];
}

export interface ContainerRow {
  readonly id: string;
  /** Paths of the partition key. */
  readonly partitionKey: readonly string[];
  readonly items: number;
  /** The length of all items as JSON. */
  readonly bytes: number;
  /** The number of the last commit. */
  readonly lsn: number;
  /** In seconds; -1 expires only items with a `ttl`. */
  readonly defaultTtl?: number;
  /** If all versions are kept: for how long, in ms, and the commit after which none is missing. */
  readonly versions?: { readonly retention: number; readonly from: number };
}

/** A change in the format of the all versions and deletes change feed. */
export interface FoundVersion {
  readonly current?: Readonly<Record<string, unknown>>;
  readonly metadata: {
    readonly operationType: "create" | "replace" | "delete";
    readonly lsn: number;
    /** In seconds. */
    readonly crts: number;
    readonly timeToLiveExpired?: true;
    readonly id?: string;
  };
}

export interface QueryPage {
  readonly rows: readonly unknown[];
  /** In request units, an estimate. */
  readonly charge: number;
  readonly continuation?: string;
}

/** An item with its partition key, one value per component. */
export interface FoundItem {
  readonly doc: Readonly<Record<string, unknown>>;
  readonly key: readonly unknown[];
}
