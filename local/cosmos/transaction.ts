import type { Ids } from "../kernel/ids.ts";
import { deleteCharge, readCharge, writeCharge } from "./charge.ts";
import type { Container, Document, Write } from "./container.ts";
import { isTtl } from "./definitions.ts";
import { badRequest, type CosmosError, conflict, notFound, preconditionFailed, tooLarge } from "./errors.ts";
import { checkItemId, checkItemLimits } from "./item-limits.ts";
import { refuseUnknown } from "./not-emulated.ts";
import { keyOf, keyText, type PartitionKey, pathNames } from "./partition-key.ts";
import { patched } from "./patch.ts";
import { holds } from "./patch-condition.ts";
import { isObject, type Json } from "./query/values.ts";

/** The result of a write or a read of one item. */
export interface Outcome {
  status: number;
  doc?: Document;
  /** The item's ETag where the answer has no document, which otherwise contains it. */
  etag?: Json | undefined;
  charge: number;
}

export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/** Whether a precondition names the item's ETag, or `*`, which is any. */
const matches = (condition: string | undefined, doc: Document): boolean =>
  condition === "*" || (condition !== undefined && condition === doc._etag);

const largestItem = 2 * 1024 * 1024;
const systemNames = ["_rid", "_self", "_etag", "_attachments", "_ts"] as const;

/**
 * Operations on the items of one partition key that take effect together at `commit`, or not at all.
 * Each operation sees the effects of the earlier ones. Everything up to `commit` happens in one turn, so nothing can interleave.
 */
export class Transaction {
  readonly #container: Container;
  readonly #ids: Ids;
  readonly #key: PartitionKey;
  readonly #keyText: string;
  readonly #writes = new Map<string, Write>();
  /** All writes including superseded ones, in order. */
  readonly #steps: Write[] = [];
  /** For each unique key: the values that this transaction assigned to an item, or freed. */
  readonly #unique: Map<string, string | undefined>[] = [];

  constructor(container: Container, ids: Ids, key: PartitionKey) {
    this.#container = container;
    this.#ids = ids;
    this.#key = key;
    this.#keyText = keyText(key);
    const { paths } = container.definition.partitionKey;
    if (key.length !== paths.length) {
      throw badRequest(
        `The partition key has ${key.length} component(s); the container ${container.definition.id} needs ${paths.length} (${paths.join(", ")}).`,
        1001,
      );
    }
  }

  /** Applies the writes; resolves when they are on disk. */
  async commit(): Promise<void> {
    if (this.#writes.size > 0) await this.#container.commit(this.#key, this.#writes.values(), this.#steps);
  }

  /** The item as the earlier operations left it, with 200; 304 without it if `ifNoneMatch` is its ETag, or `*` for any. @throws a 404 */
  read(id: string, { ifNoneMatch }: Conditions = {}): Outcome {
    const { doc, size } = this.#existing(id);
    const charge = readCharge(size);
    if (!matches(ifNoneMatch, doc)) return { status: 200, doc, charge };
    return { status: 304, etag: doc._etag, charge };
  }

  /** Creates an item. @throws a 409 if its id or a unique value is taken, a 400 or 413 for an invalid document */
  create(body: unknown): Outcome {
    const { id, doc } = this.#checked(body);
    if (this.#find(id) !== undefined) {
      throw conflict(
        `An item with the id '${id}' already exists in this partition. (Resource with specified id or name already exists.)`,
      );
    }
    return this.#put(201, id, doc, this.#container.takeNumber());
  }

  /** Creates or replaces an item. `ifMatch` only guards an existing item: if there is none, the upsert creates it, as in the service. */
  upsert(body: unknown, conditions: Conditions = {}): Outcome {
    const { id, doc } = this.#checked(body);
    const existing = this.#find(id);
    if (existing === undefined) return this.#put(201, id, doc, this.#container.takeNumber());
    this.#check(existing.doc, conditions);
    return this.#put(200, id, doc, existing.number);
  }

  /**
   * Replaces an item; its id cannot change. @throws a 404, a 412 if a precondition fails, a 409 if a unique value is taken, a 400 or 413 for an
   * invalid document
   */
  replace(id: string, body: unknown, conditions: Conditions = {}): Outcome {
    const { id: newId, doc } = this.#checked(body);
    const existing = this.#existing(id);
    this.#check(existing.doc, conditions);
    if (newId !== id) throw badRequest(`The id cannot be changed: the address says '${id}' and the body '${newId}'.`);
    return this.#put(200, id, doc, existing.number);
  }

  /** Patches an item. `body` is an array of operations, or `{condition, operations}`. */
  patch(id: string, body: unknown, conditions: Conditions = {}): Outcome {
    if (isObject(body)) refuseUnknown(body, ["condition", "operations"], "A patch");
    const condition = isObject(body) ? body.condition : undefined;
    const operations = isObject(body) ? body.operations : body;
    const existing = this.#existing(id);
    this.#check(existing.doc, conditions);
    if (condition !== undefined && condition !== null && !holds(condition, existing.doc, this.#container.ambient)) {
      throw preconditionFailed(`The condition of the patch does not hold for the item '${id}': ${String(condition)}`);
    }
    const fixed = this.#container.definition.partitionKey.paths.map(pathNames);
    const { doc } = this.#checked(patched(existing.doc, operations, fixed));
    return this.#put(200, id, doc, existing.number);
  }

  /** Deletes an item. @throws a 404, a 412 if a precondition fails */
  delete(id: string, conditions: Conditions = {}): Outcome {
    const existing = this.#existing(id);
    this.#check(existing.doc, conditions);
    this.#free(existing.doc);
    this.#write({ id, number: existing.number, doc: undefined, size: 0 });
    return { status: 204, charge: deleteCharge(existing.size) };
  }

  #find(id: string): { doc: Document; number: number; size: number } | undefined {
    const write = this.#writes.get(id);
    if (write === undefined) return this.#container.item(this.#keyText, id);
    return write.doc === undefined ? undefined : { doc: write.doc, number: write.number, size: write.size };
  }

  #existing(id: string): { doc: Document; number: number; size: number } {
    const item = this.#find(id);
    if (item === undefined) throw notFound(`The item '${id}' with the partition key ${this.#keyText}`);
    return item;
  }

  #check(doc: Document, { ifMatch, ifNoneMatch }: Conditions): void {
    if (ifMatch !== undefined && !matches(ifMatch, doc)) {
      throw preconditionFailed(
        `The item '${String(doc.id)}' now has the etag ${String(doc._etag)}; if-match requires ${ifMatch}.`,
      );
    }
    if (matches(ifNoneMatch, doc)) {
      throw preconditionFailed(`The item '${String(doc.id)}' exists, but if-none-match is ${ifNoneMatch}.`);
    }
  }

  /** The document that a client sent, if it is a valid item of this partition. */
  #checked(body: unknown): { id: string; doc: Document } {
    if (!isObject(body)) throw badRequest("An item must be a JSON object.");
    const { id, ttl } = body;
    checkItemId(id);
    if (ttl !== undefined && !isTtl(ttl)) {
      throw badRequest(`The ttl ${JSON.stringify(ttl)} is invalid: it must be -1 or a whole number of seconds from 1.`);
    }
    const { partitionKey } = this.#container.definition;
    const key = keyText(keyOf(body, partitionKey));
    if (key !== this.#keyText) {
      throw badRequest(
        `PartitionKey extracted from document doesn't match the one specified in the header: ${key} and ${this.#keyText}.`,
        1001,
      );
    }
    checkItemLimits(body, this.#key, partitionKey);
    return { id, doc: body };
  }

  #put(status: number, id: string, body: Document, number: number): Outcome {
    const { definition, now } = this.#container;
    const rid = this.#container.ridOf(number);
    const doc: Document = { ...body };
    for (const name of systemNames) delete doc[name];
    doc._rid = rid;
    doc._self = `${definition._self}docs/${rid}/`;
    doc._etag = `"${this.#ids.uuid()}"`;
    doc._attachments = "attachments/";
    doc._ts = Math.floor(now / 1000);
    const size = Buffer.byteLength(JSON.stringify(doc));
    if (size > largestItem)
      throw tooLarge(`Request size is too large: the item '${id}' has ${size} bytes; at most 2 MB are allowed.`);
    const before = this.#find(id)?.doc;
    if (before !== undefined) this.#free(before);
    const clash = this.#claim(id, doc);
    if (clash !== undefined) throw clash;
    this.#write({ id, number, doc, size });
    return { status, doc, charge: writeCharge(size, status === 200) };
  }

  #write(write: Write): void {
    // An item that is deleted and created again moves to the end: writes are applied in the order of their item numbers.
    if (this.#writes.get(write.id)?.number !== write.number) this.#writes.delete(write.id);
    this.#writes.set(write.id, write);
    this.#steps.push(write);
  }

  #free(doc: Document): void {
    for (const [at, values] of this.#container.uniqueValues(doc).entries()) this.#overlay(at).set(values, undefined);
  }

  #claim(id: string, doc: Document): CosmosError | undefined {
    for (const [at, values] of this.#container.uniqueValues(doc).entries()) {
      const overlay = this.#overlay(at);
      const holder = overlay.has(values) ? overlay.get(values) : this.#container.holder(this.#keyText, at, values)?.id;
      if (holder !== undefined && holder !== id) {
        const paths = this.#container.definition.uniqueKeyPolicy?.uniqueKeys[at]?.paths.join(", ");
        return conflict(
          `Unique index constraint violation: the item '${String(holder)}' has the same ${paths} (${values}).`,
        );
      }
      overlay.set(values, id);
    }
    return undefined;
  }

  #overlay(at: number): Map<string, string | undefined> {
    let overlay = this.#unique[at];
    if (overlay === undefined) {
      overlay = new Map();
      this.#unique[at] = overlay;
    }
    return overlay;
  }
}
