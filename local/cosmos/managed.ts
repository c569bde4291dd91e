export interface DatabaseRow {
  readonly id: string;
  readonly containers: readonly ContainerRow[];
}

export interface ContainerRow {
  readonly id: string;
  /** Paths of the partition key. */
  readonly partitionKey: readonly string[];
  readonly items: number;
  /** Of all items as JSON. */
  readonly bytes: number;
  /** The number of the last commit. */
  readonly lsn: number;
  /** In seconds; -1 for none but an item's own. */
  readonly defaultTtl?: number;
}

export interface QueryPage {
  readonly rows: readonly unknown[];
  /** In request units, an estimate. */
  readonly charge: number;
  readonly continuation?: string;
}

/** An item with the value of its partition key, a component each. */
export interface FoundItem {
  readonly doc: Readonly<Record<string, unknown>>;
  readonly key: readonly unknown[];
}
