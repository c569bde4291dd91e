import { wholeInText } from "../../kernel/host-json.ts";
import { timeSpan } from "../time-span.ts";
import { shortestPoll } from "./polling-delays.ts";

/** The options in host.json under `extensions.queues`; times in ms. */
export interface QueueOptions {
  /** Messages received at once, 1 to 32. */
  batchSize: number;
  /** The next batch is received when no more than this number of messages is in progress. */
  newBatchThreshold: number;
  /** How often a message is tried before it goes to the poison queue. */
  maxDequeueCount: number;
  /** How long a message whose function failed stays invisible. */
  visibilityTimeout: number;
  maxPollingInterval: number;
  messageEncoding: MessageEncoding;
}

export type MessageEncoding = "base64" | "none";

/** The options in host.json under `extensions.blobs`. */
export interface BlobOptions {
  /** How many blobs are handled at the same time. */
  maxDegreeOfParallelism: number;
  /** How often a blob is tried before it goes to the poison queue. */
  poisonBlobThreshold: number;
}

const largestBatch = 32;
/** A minute on Azure. The extension itself uses two seconds if AZURE_FUNCTIONS_ENVIRONMENT is Development, as it is here. */
const defaultPolling = 2_000;

/** Returns an option by its name in host.json. */
type Get = (name: string) => unknown;

/**
 * Reads `extensions.queues`. Where Azure multiplies a default by the number of processors, this host counts one, as in the Consumption plan.
 *
 * Source: `QueuesOptions` of the Storage extension of WebJobs.
 * @throws Error for the first invalid option; `path` is the path of host.json.
 */
export function readQueueOptions(path: string, get: Get): QueueOptions {
  const where = `${path}: extensions.queues`;
  const batchSize = whole(where, "batchSize", get, { fallback: 16, least: 1, most: largestBatch });
  const encoding = String(get("messageEncoding") ?? "base64").toLowerCase();
  if (encoding !== "base64" && encoding !== "none") {
    throw new Error(
      `${where}.messageEncoding is ${JSON.stringify(get("messageEncoding"))}; it must be base64 or none.`,
    );
  }
  return {
    batchSize,
    newBatchThreshold: whole(where, "newBatchThreshold", get, { fallback: Math.floor(batchSize / 2), least: 0 }),
    maxDequeueCount: whole(where, "maxDequeueCount", get, { fallback: 5, least: 1 }),
    visibilityTimeout: span(where, "visibilityTimeout", get, { fallback: 0, least: 0 }),
    maxPollingInterval: span(where, "maxPollingInterval", get, { fallback: defaultPolling, least: shortestPoll }),
    messageEncoding: encoding,
  };
}

/**
 * Reads `extensions.blobs`.
 *
 * Source: `BlobsOptions` of the Storage extension of WebJobs.
 * @throws Error as `readQueueOptions` does.
 */
export function readBlobOptions(path: string, get: Get): BlobOptions {
  const where = `${path}: extensions.blobs`;
  return {
    maxDegreeOfParallelism: whole(where, "maxDegreeOfParallelism", get, { fallback: 8, least: 1 }),
    poisonBlobThreshold: whole(where, "poisonBlobThreshold", get, { fallback: 5, least: 1 }),
  };
}

/** The options of the queue for messages about blobs. Batch size and threshold together make up the degree of parallelism. */
export function blobQueueOptions(blobs: BlobOptions, queues: QueueOptions): QueueOptions {
  const batchSize = Math.min(largestBatch, Math.floor(blobs.maxDegreeOfParallelism / 2) + 1);
  return {
    ...queues,
    batchSize,
    newBatchThreshold: blobs.maxDegreeOfParallelism - batchSize,
    maxDequeueCount: blobs.poisonBlobThreshold,
    visibilityTimeout: 0,
  };
}

interface Bounds {
  fallback: number;
  least: number;
  most?: number;
}

function whole(where: string, name: string, get: Get, { fallback, least, most = Infinity }: Bounds): number {
  const value = wholeInText(get(name)) ?? fallback;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  throw new Error(`${where}.${name} is ${JSON.stringify(value)}; it must be a whole number ${range}.`);
}

function span(where: string, name: string, get: Get, { fallback, least }: Bounds): number {
  const value = get(name);
  if (value === undefined || value === null) return fallback;
  const length = timeSpan(String(value));
  if (length >= least) return length;
  const bound = least === 0 ? "" : `, and at least ${least} ms`;
  throw new Error(`${where}.${name} is ${JSON.stringify(value)}; it must be a time span like "00:00:30"${bound}.`);
}
