import type { Ids } from "../../kernel/ids.ts";
import type { Container } from "../container.ts";
import { badRequest, tooLarge } from "../errors.ts";
import { keyText, type PartitionKey } from "../partition-key.ts";
import { readKey } from "../read-key.ts";
import { type Outcome, Transaction } from "../transaction.ts";
import { type Call, isTrue, jsonBody, type Reply } from "./call.ts";

const largestBody = 2 * 1024 * 1024;

/**
 * Handles requests on single items: create, upsert, read, replace, patch, delete.
 * @param name the end of the item's address: its id, or its rid as in `_self`
 */
export async function answerItem(call: Call, container: Container, ids: Ids, name: string | undefined): Promise<Reply> {
  if (call.body.length > largestBody) {
    throw tooLarge(`Request size is too large: ${call.body.length} bytes; an item may have at most 2 MB.`);
  }
  const key = readKey(requiredKey(call, container));
  const transaction = new Transaction(container, ids, key);
  const outcome = operate(call, transaction, name === undefined ? undefined : idOf(name, key, container, call));
  await transaction.commit();
  return reply(outcome, call);
}

/** An address is made of rids as a whole, or of ids. */
function idOf(name: string, key: PartitionKey, container: Container, { segments }: Call): string {
  if (segments[3] !== container.definition._rid) return name;
  return container.idOfRid(keyText(key), name) ?? name;
}

function operate(call: Call, transaction: Transaction, id: string | undefined): Outcome {
  const conditions = { ifMatch: call.header("if-match"), ifNoneMatch: call.header("if-none-match") };
  if (id === undefined) {
    const body = jsonBody(call);
    return isTrue(call, "x-ms-documentdb-is-upsert") ? transaction.upsert(body, conditions) : transaction.create(body);
  }
  switch (call.method) {
    case "GET":
      return transaction.read(id, conditions);
    case "PUT":
      return transaction.replace(id, jsonBody(call), { ifMatch: conditions.ifMatch });
    case "PATCH":
      return transaction.patch(id, jsonBody(call), { ifMatch: conditions.ifMatch });
    default:
      return transaction.delete(id, { ifMatch: conditions.ifMatch });
  }
}

function reply({ status, doc, etag = doc?._etag, charge }: Outcome, call: Call): Reply {
  const headers: Record<string, string> = { "x-ms-request-charge": String(charge) };
  if (typeof etag === "string") headers.etag = etag;
  const minimal = call.header("prefer") === "return=minimal" && call.method !== "GET";
  return doc === undefined || minimal ? { status, headers } : { status, body: doc, headers };
}

/** The partition key header. @throws a 400 if it is missing, because an item is identified by id and partition key together. */
export function requiredKey(call: Call, container: Container): string {
  const key = call.header("x-ms-documentdb-partitionkey");
  if (key !== undefined) return key;
  const { id, partitionKey } = container.definition;
  throw badRequest(
    `The header x-ms-documentdb-partitionkey is missing; the container ${id} is partitioned by ${partitionKey.paths.join(", ")}.`,
  );
}
