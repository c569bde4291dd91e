import type { Ids } from "../kernel/ids.ts";
import type { Recorder } from "../recorder/recorder.ts";
import type { Account } from "./account.ts";
import { queryCharge } from "./charge.ts";
import type { Container, Document } from "./container.ts";
import { badRequest } from "./errors.ts";
import { readJson } from "./exact-body.ts";
import { readFeed, readVersions } from "./feed.ts";
import { checkOrderBy } from "./indexing.ts";
import type { ContainerRow, DatabaseRow, FoundItem, FoundVersion, QueryPage } from "./managed.ts";
import { keyOf, keyText, type PartitionKey } from "./partition-key.ts";
import { compileQuery } from "./query/compile-query.ts";
import { execute } from "./query/execute.ts";
import { isObject, type Json } from "./query/values.ts";
import { type Outcome, Transaction } from "./transaction.ts";

/** Reads an account and changes items, for tools in the same process. Throws a `CosmosError` for anything that the service would refuse. */
export class Manage {
  readonly #account: Account;
  readonly #ids: Ids;
  readonly #recorder: Recorder;

  constructor(account: Account, ids: Ids, recorder: Recorder) {
    this.#account = account;
    this.#ids = ids;
    this.#recorder = recorder;
  }

  /** All databases with their containers and sizes, and their users with permissions. Only reads. */
  databases(): DatabaseRow[] {
    return [...this.#account.databases.values()].map(({ definition, containers }) => ({
      id: definition.id,
      containers: [...containers.values()].map(rowOf).sort((a, b) => (a.id < b.id ? -1 : 1)),
      users: this.#account.users.of(definition).map((user) => ({
        id: user.id,
        permissions: this.#account.users
          .permissions(user)
          .map(({ id, permissionMode, resource }) => ({ id, mode: permissionMode, resource })),
      })),
    }));
  }

  /** A page of a query on all partitions, or on the partition of one key. */
  query(
    database: string,
    name: string,
    asked: { text: string; key?: unknown[]; continuation?: string | undefined; max: number },
  ): QueryPage {
    const container = this.#account.container(database, name);
    const { indexingPolicy, computedProperties } = container.definition;
    const compiled = compileQuery(asked.text, computedProperties);
    if (!compiled.grouped) checkOrderBy(compiled.query, indexingPolicy, computedProperties);
    const partition = asked.key && container.partitions.get(keyText(asked.key as PartitionKey));
    const nothing = asked.key !== undefined && partition === undefined;
    const { rows, continuation, loaded } = execute(compiled, {
      scan: nothing ? () => [] : container.scan({ partition }),
      find: nothing ? () => [] : (sought) => container.find(sought, partition),
      ...(nothing ? {} : { count: (equality) => container.count(equality, partition) }),
      inOrder: nothing ? () => [] : (...asked) => container.inOrder(...asked, partition),
      parameters: new Map<string, Json>(),
      ambient: container.ambient,
      max: asked.max,
      continuation: asked.continuation,
    });
    return { rows, charge: queryCharge(loaded), ...(continuation === undefined ? {} : { continuation }) };
  }

  /** The latest versions of the items that changed after a commit, oldest first; without `after`, the most recent changes. */
  changes(
    database: string,
    name: string,
    after: number | undefined,
    max: number,
  ): { items: FoundItem[]; position: number } {
    const container = this.#account.container(database, name);
    // For the most recent changes, no more items are read than necessary.
    const from = after ?? Math.max(0, Math.min(...container.ranges.map(({ feed }) => feed.fromEnd(max))) - 1);
    const all = readFeed(container, container.ranges, from, after === undefined ? Number.MAX_SAFE_INTEGER : max);
    const documents = after === undefined ? all.documents.slice(-max) : all.documents;
    return {
      items: documents.map((doc) => ({ doc, key: keyOf(doc, container.definition.partitionKey) })),
      position: all.position,
    };
  }

  /** The most recent changes that are kept, oldest first. @throws a 400 if only the latest versions are kept */
  versions(database: string, name: string, max: number): FoundVersion[] {
    const container = this.#account.container(database, name);
    const from = container.versions?.floorAt(container.now) ?? container.lsn;
    const { documents } = readVersions(container, from, Number.MAX_SAFE_INTEGER);
    return documents.slice(-max) as unknown as FoundVersion[];
  }

  /**
   * Creates an item, or replaces the one with the same id. With `etag`, it only replaces that version. @throws a 404 if the item no longer exists, a
   * 412 if it has changed
   */
  async save(database: string, name: string, doc: unknown, etag?: string): Promise<Document | undefined> {
    const id = isObject(doc) ? doc.id : undefined;
    // An upsert would create again an item that was deleted in the meantime, despite the ETag.
    return etag !== undefined && typeof id === "string"
      ? await this.#write("replace", database, name, doc, (to) => to.replace(id, doc, { ifMatch: etag }))
      : await this.#write("upsert", database, name, doc, (to) => to.upsert(doc));
  }

  /** Creates an item. @throws a 409 if the id is taken */
  async create(database: string, name: string, doc: unknown): Promise<Document | undefined> {
    return await this.#write("create", database, name, doc, (to) => to.create(doc));
  }

  /** Deletes an item; with `etag` only that version. Resolves when the deletion is on disk. @throws a 404, or a 412 if the item has changed */
  async remove(database: string, name: string, id: string, key: PartitionKey, etag?: string): Promise<void> {
    const container = this.#account.container(database, name);
    const transaction = this.#transaction(container, key);
    transaction.delete(id, { ifMatch: etag });
    await this.#commit("delete", `${database}/${name}`, transaction);
  }

  /** Writes one item, with the partition key from its document. */
  async #write(
    kind: "create" | "replace" | "upsert",
    database: string,
    name: string,
    doc: unknown,
    run: (transaction: Transaction) => Outcome,
  ): Promise<Document | undefined> {
    const container = this.#account.container(database, name);
    if (!isObject(doc)) throw badRequest("An item must be a JSON object.");
    readJson(JSON.stringify(doc), "The item");
    const transaction = this.#transaction(container, keyOf(doc, container.definition.partitionKey));
    const outcome = run(transaction);
    await this.#commit(kind, `${database}/${name}`, transaction);
    return outcome.doc;
  }

  #transaction(container: Container, key: PartitionKey): Transaction {
    return new Transaction(container, this.#ids, key);
  }

  /** Records a span, so that the effects of the write have a cause. */
  async #commit(kind: string, name: string, transaction: Transaction): Promise<void> {
    const span = this.#recorder.begin("cosmos", kind, name, { causes: [], details: { by: "the console" } });
    try {
      await this.#recorder.within(span, () => transaction.commit());
      span.end("ok");
    } finally {
      span.end("failed");
    }
  }
}

function rowOf({ definition, size, bytes, lsn, versions }: Container): ContainerRow {
  const { id, partitionKey, defaultTtl } = definition;
  return {
    id,
    partitionKey: partitionKey.paths,
    items: size,
    bytes,
    lsn,
    ...(defaultTtl === undefined ? {} : { defaultTtl }),
    ...(versions === undefined ? {} : { versions: { retention: versions.retention, from: versions.floor } }),
  };
}
