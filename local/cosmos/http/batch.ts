import type { Ids } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import type { Parts } from "../../kernel/parts.ts";
import { smallCharge } from "../charge.ts";
import type { Container } from "../container.ts";
import { badRequest, CosmosError, tooLarge } from "../errors.ts";
import { refuseUnknown } from "../not-emulated.ts";
import { keyText, type PartitionKey } from "../partition-key.ts";
import { isObject, type Json } from "../query/values.ts";
import { readKey } from "../read-key.ts";
import { type Outcome, Transaction } from "../transaction.ts";
import { type Call, isTrue, jsonBody, type Reply } from "./call.ts";
import { requiredKey } from "./items.ts";

const mostOperations = 100;
const largestBody = 2 * 1024 * 1024;
const members = ["operationType", "id", "partitionKey", "resourceBody", "ifMatch", "ifNoneMatch"];
/** The first byte of a body in the row format of the .NET client. */
const hybridRow = 0x81;
const told = new WeakSet<Log>();
/** The status of the other operations when one operation of a transaction fails. */
const failedDependency = 424;

interface Result {
  statusCode: number;
  subStatusCode?: number;
  requestCharge: number;
  eTag?: Json;
  resourceBody?: unknown;
  message?: string;
}

/** Runs a list of operations: as one transaction, or each on its own (bulk). */
export async function answerBatch(call: Call, container: Container, { ids, log }: Parts): Promise<Reply> {
  if (call.body[0] === hybridRow) {
    const message =
      "The batch is in the format HybridRow, which the .NET client sends for TransactionalBatch and AllowBulkExecution; only JSON is emulated here. Send the operations one by one, without AllowBulkExecution.";
    // With AllowBulkExecution the client shows only the status, so the message is also logged, once.
    if (!told.has(log)) log.warn(message);
    told.add(log);
    throw badRequest(message);
  }
  const operations = jsonBody(call);
  if (!Array.isArray(operations) || operations.length === 0)
    throw badRequest("A batch must be a JSON array of at least one operation.");
  if (operations.length > mostOperations) {
    throw badRequest(
      `Batch request has more operations than what is supported: ${operations.length}, at most ${mostOperations}.`,
    );
  }
  if (call.body.length > largestBody)
    throw tooLarge(`Request size is too large: ${call.body.length} bytes; a batch may have at most 2 MB.`);
  const minimal = call.header("prefer") === "return=minimal";
  const atomic = isTrue(call, "x-ms-cosmos-batch-atomic");
  const results = await (atomic
    ? inOne(call, container, ids, operations, minimal)
    : each(call, container, ids, operations, minimal));
  const failed = results.some((result) => result.statusCode >= 400);
  const charge = results.reduce((sum, result) => sum + result.requestCharge, 0);
  return {
    status: failed ? 207 : 200,
    body: results,
    headers: { "x-ms-request-charge": String(Math.round(charge * 100) / 100) },
  };
}

async function inOne(
  call: Call,
  container: Container,
  ids: Ids,
  operations: unknown[],
  minimal: boolean,
): Promise<Result[]> {
  const key = readKey(requiredKey(call, container));
  const transaction = new Transaction(container, ids, key);
  const results: Result[] = [];
  for (const operation of operations) {
    const result = attempt(() => {
      checkKey(operation, key);
      return operate(transaction, operation);
    }, minimal);
    if (result.statusCode >= 400) {
      const others = operations.map((): Result => ({ statusCode: failedDependency, requestCharge: 0 }));
      return others.with(results.length, result);
    }
    results.push(result);
  }
  await transaction.commit();
  return results;
}

/** After a failed operation the remaining ones are skipped, unless the client asks to continue. */
async function each(
  call: Call,
  container: Container,
  ids: Ids,
  operations: unknown[],
  minimal: boolean,
): Promise<Result[]> {
  const commits: Promise<void>[] = [];
  const goesOn = isTrue(call, "x-ms-cosmos-batch-continue-on-error");
  let failed = false;
  const results = operations.map((operation) => {
    if (failed && !goesOn) return { statusCode: failedDependency, requestCharge: 0 };
    const result = attempt(() => {
      const key = isObject(operation) ? operation.partitionKey : undefined;
      if (typeof key !== "string")
        throw badRequest("Each operation of a bulk request needs a partitionKey: a JSON array as a string.");
      const transaction = new Transaction(container, ids, readKey(key));
      const outcome = operate(transaction, operation);
      commits.push(transaction.commit());
      return outcome;
    }, minimal);
    failed ||= result.statusCode >= 400;
    return result;
  });
  await Promise.all(commits);
  return results;
}

function attempt(run: () => Outcome, minimal: boolean): Result {
  try {
    const { status, doc, etag = doc?._etag, charge } = run();
    const result: Result = { statusCode: status, requestCharge: charge };
    if (etag !== undefined) result.eTag = etag;
    if (doc !== undefined && !minimal) result.resourceBody = doc;
    return result;
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error;
    const { status, substatus, message } = error;
    return {
      statusCode: status,
      requestCharge: smallCharge,
      message,
      ...(substatus === undefined ? {} : { subStatusCode: substatus }),
    };
  }
}

/** All operations of a transaction use the partition key of its header. @throws a 400 for an operation that names another key */
function checkKey(operation: unknown, key: PartitionKey): void {
  const named = isObject(operation) ? (operation.partitionKey ?? undefined) : undefined;
  if (named === undefined) return;
  if (typeof named === "string" && keyText(readKey(named)) === keyText(key)) return;
  const message = `An operation has the partition key ${JSON.stringify(named)}, but the batch has ${keyText(key)}.`;
  throw badRequest(message, 1001);
}

/** A condition that is not a string would have no effect. @throws a 400 */
function textOf(name: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
  throw badRequest(`${name} of an operation of a batch is ${JSON.stringify(value)}; it must be an etag.`);
}

function operate(transaction: Transaction, operation: unknown): Outcome {
  if (!isObject(operation)) throw badRequest("An operation of a batch must be a JSON object.");
  refuseUnknown(operation, members, "An operation of a batch");
  const { operationType, id, resourceBody, ifMatch, ifNoneMatch } = operation;
  const conditions = { ifMatch: textOf("ifMatch", ifMatch), ifNoneMatch: textOf("ifNoneMatch", ifNoneMatch) };
  if (operationType === "Create") return transaction.create(resourceBody);
  if (operationType === "Upsert") return transaction.upsert(resourceBody, conditions);
  if (typeof id !== "string")
    throw badRequest(`The operation ${JSON.stringify(operationType)} of a batch needs an id.`);
  switch (operationType) {
    case "Read":
      return transaction.read(id, conditions);
    case "Replace":
      return transaction.replace(id, resourceBody, conditions);
    case "Patch":
      return transaction.patch(id, resourceBody, conditions);
    case "Delete":
      return transaction.delete(id, conditions);
    default:
      throw badRequest(
        `'${String(operationType)}' is not an operation of a batch; use Create, Upsert, Read, Replace, Patch or Delete.`,
      );
  }
}
