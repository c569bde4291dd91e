import type { ContainerClient } from "@azure/storage-blob";
import type { Parts } from "../../kernel/parts.ts";
import { contentData } from "../bindings/storage-blob.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { Invoker } from "../invoker.ts";
import { accountAt, accountOf, hostSetting, type StorageAccount } from "../storage/account.ts";
import { type BlobPattern, blobPattern } from "../storage/blob-path.ts";
import { BlobReceipts } from "../storage/blob-receipts.ts";
import { BlobScan } from "../storage/blob-scan.ts";
import type { StorageClients } from "../storage/clients.ts";
import { dotnetBlobProperties } from "../storage/dotnet.ts";
import { hasCode, storageError } from "../storage/errors.ts";
import { hostId } from "../storage/host-id.ts";
import { encodeMessage } from "../storage/message.ts";
import { type BlobOptions, blobQueueOptions, type QueueOptions } from "../storage/options.ts";
import { QueueListener } from "../storage/queue-listener.ts";
import { type Metadata, membersOf, overlaid } from "./members.ts";
import type { Trigger } from "./trigger.ts";

/** The queue for messages about blobs that could not be handled, in the account of the blob. */
const poisonQueue = "webjobs-blobtrigger-poison";

interface Registration {
  readonly definition: FunctionDefinition;
  readonly account: StorageAccount;
  readonly pattern: BlobPattern;
}

/** The content of a queue message between the detection of a blob and its handling. */
interface BlobMessage {
  readonly Type: "BlobTrigger";
  readonly FunctionId: string;
  readonly BlobType: string;
  readonly ContainerName: string;
  readonly BlobName: string;
  readonly ETag: string;
}

export interface BlobTriggerParts {
  readonly clients: StorageClients;
  readonly settings: Record<string, string>;
  /** The application's folder. */
  readonly root: string;
  readonly queues: QueueOptions;
  readonly blobs: BlobOptions;
}

/**
 * The triggers of an application on blobs in the user's storage. Each container is scanned for new and changed blobs. For each of them a message goes
 * into a queue of the host, once per version and function, and from there to the function. So a failure is retried, and a stop of the host loses
 * nothing.
 *
 * Source: `BlobListenerFactory`, `BlobTriggerExecutor` and `BlobQueueTriggerExecutor` of the Storage extension of WebJobs.
 */
export class BlobTriggers implements Trigger {
  readonly #parts: Parts;
  readonly #invoker: Invoker;
  readonly #with: BlobTriggerParts;
  readonly #registrations = new Map<string, Registration>();
  #started: { listener: QueueListener; scans: readonly BlobScan[] } | undefined;

  constructor(parts: Parts, invoker: Invoker, blobTriggerParts: BlobTriggerParts) {
    this.#parts = parts;
    this.#invoker = invoker;
    this.#with = blobTriggerParts;
  }

  /** Adds a function. @throws Error if an option is missing or not supported, or a connection is invalid. */
  add(definition: FunctionDefinition): void {
    const { trigger, name } = definition;
    const { settings } = this.#with;
    if (trigger.source !== undefined && trigger.source !== "LogsAndContainerScan") {
      throw new Error(
        `the source ${JSON.stringify(trigger.source)} is not supported by the local functions host: the storage that it reads sends no events. The trigger scans the container instead; leave "source" out.`,
      );
    }
    const pattern = blobPattern(trigger.path);
    const account = accountOf(trigger, settings);
    try {
      accountAt(hostSetting, settings);
    } catch (error) {
      throw new Error(`a blob trigger keeps its receipts in the host's own storage: ${(error as Error).message}`);
    }
    this.#registrations.set(`Host.Functions.${name}`, { definition, account, pattern });
  }

  async start(): Promise<void> {
    if (this.#registrations.size === 0) return;
    const { clients, settings, root, queues, blobs } = this.#with;
    const account = accountAt(hostSetting, settings);
    const id = hostId(root, settings);
    const queue = `azure-webjobs-blobtrigger-${id}`;
    const receipts = new BlobReceipts(clients, account, id);
    const listener = new QueueListener(this.#parts, clients, {
      account,
      queue,
      options: blobQueueOptions(blobs, queues),
      handle: ({ text }, waiting) => this.#handle(text, waiting),
      poison: (text) => {
        const of = this.#registrations.get(this.#read(text)?.FunctionId ?? "");
        return { account: of?.account ?? account, queue: poisonQueue };
      },
    });
    const send = (message: BlobMessage) =>
      clients.send(account, queue, encodeMessage(JSON.stringify(message, null, 2), queues.messageEncoding));
    const scans = this.#containers().map(
      (of) =>
        new BlobScan(this.#parts, clients, {
          ...of,
          receipts,
          found: (container, blob) => this.#found(of.account, container, blob, receipts, send),
        }),
    );
    this.#started = { listener, scans };
    listener.start();
    for (const scan of scans) scan.start();
  }

  stop(): void {
    for (const scan of this.#started?.scans ?? []) scan.stop();
    this.#started?.listener.stop();
  }

  async ended(): Promise<void> {
    await Promise.all([this.#started?.listener.ended(), ...(this.#started?.scans ?? []).map((scan) => scan.ended())]);
  }

  /** Each container once, even if several functions watch it. */
  #containers(): { account: StorageAccount; container: string }[] {
    const found = new Map<string, { account: StorageAccount; container: string }>();
    for (const { account, pattern } of this.#registrations.values())
      found.set(`${pattern.container} ${account.connection}`, { account, container: pattern.container });
    return [...found.values()];
  }

  /** Queues a message about a blob for each matching function; returns false if one of them must be notified later. */
  async #found(
    account: StorageAccount,
    container: ContainerClient,
    blob: string,
    receipts: BlobReceipts,
    send: (message: BlobMessage) => Promise<void>,
  ): Promise<boolean> {
    const { containerName } = container;
    const functions = [...this.#registrations].filter(
      ([, of]) =>
        of.account.connection === account.connection &&
        of.pattern.container === containerName &&
        of.pattern.match(blob) !== undefined,
    );
    if (functions.length === 0) return true;
    const properties = await propertiesOf(container, blob);
    if (properties?.etag === undefined) return true;
    let all = true;
    for (const [functionId] of functions) {
      const message: BlobMessage = {
        Type: "BlobTrigger",
        FunctionId: functionId,
        BlobType: properties.blobType ?? "BlockBlob",
        ContainerName: containerName,
        BlobName: blob,
        ETag: properties.etag,
      };
      const version = { functionId, container: containerName, blob, etag: properties.etag };
      if (!(await receipts.once(version, () => send(message)))) all = false;
    }
    return all;
  }

  /** Passes a blob to the function that a message names. A message is done if it names no function, or a version that no longer exists. */
  async #handle(text: string, waiting: (isWaiting: boolean) => void): Promise<boolean> {
    const message = this.#read(text);
    const of = this.#registrations.get(message?.FunctionId ?? "");
    if (message === undefined || of === undefined) {
      this.#parts.log.warn(`A message about a blob leads to no function of the application, and is dropped: ${text}`);
      return true;
    }
    const { ContainerName: containerName, BlobName: name } = message;
    const path = `${containerName}/${name}`;
    try {
      const container = (await this.#with.clients.blobs(of.account)).getContainerClient(containerName);
      const properties = await propertiesOf(container, name);
      // A newer version has a message of its own.
      if (properties?.etag !== message.ETag) return true;
      const content = await container.getBlobClient(name).downloadToBuffer();
      const own = await ownMetadata(container, name, properties.metadata);
      const known: Metadata = {
        BlobTrigger: { string: path },
        Uri: { json: JSON.stringify(container.getBlobClient(name).url) },
        Properties: { json: JSON.stringify(dotnetBlobProperties({ ...properties, metadata: own })) },
        Metadata: { json: JSON.stringify(own) },
      };
      const metadata = overlaid(known, membersOf(of.pattern.match(name)));
      const data = contentData(of.definition.trigger, content);
      return (await this.#invoker.invokeByPolicy(of.definition, { data, metadata }, waiting)).ok;
    } catch (error) {
      throw storageError(error, `The blob "${path}"`, of.account);
    }
  }

  #read(text: string | undefined): BlobMessage | undefined {
    try {
      return text === undefined ? undefined : (JSON.parse(text) as BlobMessage);
    } catch {
      return undefined;
    }
  }
}

/** A blob's own metadata with the names as they were written. Names in headers are in lower case, names in a listing are not. */
async function ownMetadata(container: ContainerClient, blob: string, known: Record<string, string> = {}) {
  if (Object.keys(known).length === 0) return known;
  const pages = container.listBlobsFlat({ prefix: blob, includeMetadata: true }).byPage({ maxPageSize: 1 });
  for await (const { segment } of pages) {
    const [first] = segment.blobItems;
    return first?.name === blob ? (first.metadata ?? known) : known;
  }
  return known;
}

async function propertiesOf(container: ContainerClient, blob: string) {
  try {
    return await container.getBlobClient(blob).getProperties();
  } catch (error) {
    // The response to a HEAD request has no body, so the code may be missing.
    if (hasCode(error, "BlobNotFound", "ContainerNotFound") || (error as { statusCode?: number }).statusCode === 404)
      return undefined;
    throw error;
  }
}
