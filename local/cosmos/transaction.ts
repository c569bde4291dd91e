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
import { isObject } from "./query/values.ts";

/** What a write or a read of one item came to. */
export interface Outcome {
  status: number;
  doc?: Document;
  charge: number;
}

export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

const largestItem = 2 * 1024 * 1024;
const systemNames = ["_rid", "_self", "_etag", "_attachments", "_ts"] as const;

/**
 * Operations on the items of one partition key that take effect together at `commit`, or not at all.
 * Each sees what the ones before it did. Everything up to `commit` happens in one turn, so nothing can come between.
 */
export class Transaction {
  readonly #container: Container;
  readonly #ids: Ids;
  readonly #key: PartitionKey;
  readonly #keyText: string;
  readonly #writes = new Map<string, Write>();
  /** The same and what they took the place of, in the order in which they were made. */
  readonly #steps: Write[] = [];
  /** For each unique key: values that this transaction gave to an item, or freed. */
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

  /** Makes the writes take effect; resolves when they are durable. */
  async commit(): Promise<void> {
    if (this.#writes.size > 0) await this.#container.commit(this.#key, this.#writes.values(), this.#steps);
  }

  /** The item as the operations before this have left it, with 200; 304 without it where `ifNoneMatch` is its ETag. @throws a 404 */
  read(id: string, { ifNoneMatch }: Conditions = {}): Outcome {
    const { doc, size } = this.#existing(id);
    const charge = readCharge(size);
    return ifNoneMatch === doc._etag ? { status: 304, charge } : { status: 200, doc, charge };
  }

  /** Creates an item. @throws a 409 when there is one of its id or with its unique values, a 400 or 413 for a document that cannot be one */
  create(body: unknown): Outcome {
    const { id, doc } = this.#checked(body);
    if (this.#find(id) !== undefined) {
      throw conflict(
        `An item with the id '${id}' already exists in this partition. (Resource with specified id or name already exists.)`,
      );
    }
    return this.#put(201, id, doc, this.#container.takeNumber());
  }

  /** An `ifMatch` only guards an item that exists: where there is none the upsert creates, as in the service. */
  upsert(body: unknown, conditions: Conditions = {}): Outcome {
    const { id, doc } = this.#checked(body);
    const existing = this.#find(id);
    if (existing === undefined) return this.#put(201, id, doc, this.#container.takeNumber());
    this.#check(existing.doc, conditions);
    return this.#put(200, id, doc, existing.number);
  }

  /** Replaces an item, whose id stays. @throws a 404, a 412 when a condition does not hold, a 409 for unique values that another has, a 400 or 413 for a document that cannot be one */
  replace(id: string, body: unknown, conditions: Conditions = {}): Outcome {
    const { id: newId, doc } = this.#checked(body);
    const existing = this.#existing(id);
    this.#check(existing.doc, conditions);
    if (newId !== id) throw badRequest(`The id cannot be changed: the address says '${id}' and the body '${newId}'.`);
    return this.#put(200, id, doc, existing.number);
  }

  /** `body` is an array of operations, or `{condition, operations}`. */
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

  /** Deletes an item. @throws a 404, a 412 when a condition does not hold */
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
    if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== doc._etag) {
      throw preconditionFailed(
        `The item '${String(doc.id)}' now has the etag ${String(doc._etag)}; if-match requires ${ifMatch}.`,
      );
    }
    if (ifNoneMatch === "*" || (ifNoneMatch !== undefined && ifNoneMatch === doc._etag)) {
      throw preconditionFailed(`The item '${String(doc.id)}' exists, but if-none-match is ${ifNoneMatch}.`);
    }
  }

  /** The document as a client sent it, if it can be an item of this partition. */
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
    // One that is made anew stands behind those that were made before it: they are applied in the order of their numbers.
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
