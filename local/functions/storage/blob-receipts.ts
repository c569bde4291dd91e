import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import type { StorageAccount } from "./account.ts";
import type { StorageClients } from "./clients.ts";
import { dotnetTime } from "./dotnet.ts";
import { hasCode } from "./errors.ts";

/** The container for the host's data. */
const hostContainer = "azure-webjobs-hosts";
/** How long a version of a blob is locked against other hosts while it is being queued, in seconds. */
const leaseTime = 30;
/** Metadata of a receipt whose blob has not been queued yet. */
const incomplete = { Incomplete: "Incomplete" };

/** A version of a blob, for one function. */
export interface BlobVersion {
  readonly functionId: string;
  readonly container: string;
  readonly blob: string;
  /** Including the quotes. */
  readonly etag: string;
}

/**
 * The host's records about blobs, in the account of `AzureWebJobsStorage`: a receipt for each version of a blob that a function was given, and how
 * far each container has been scanned.
 *
 * Source: `BlobReceiptManager`, `BlobTriggerExecutor` and `StorageBlobScanInfoManager` of the Storage extension of WebJobs; the paths are the same.
 */
export class BlobReceipts {
  readonly #clients: StorageClients;
  readonly #account: StorageAccount;
  readonly #hostId: string;

  constructor(clients: StorageClients, account: StorageAccount, hostId: string) {
    this.#clients = clients;
    this.#account = account;
    this.#hostId = hostId;
  }

  /**
   * Runs `hand` unless a receipt for this version exists already, and then completes a receipt. Returns false if another host is handling the
   * version.
   */
  async once({ functionId, container, blob, etag }: BlobVersion, hand: () => Promise<void>): Promise<boolean> {
    const name = `blobreceipts/${this.#hostId}/${functionId}/${etag}/${container}/${blob}`;
    const receipt = await this.#blob(name);
    if (!(await this.#create(receipt)) && (await isComplete(receipt))) return true;
    const lease = receipt.getBlobLeaseClient();
    try {
      await lease.acquireLease(leaseTime);
    } catch (error) {
      if (hasCode(error, "LeaseAlreadyPresent", "BlobNotFound", "ContainerNotFound")) return false;
      throw error;
    }
    try {
      if (await isComplete(receipt)) return true;
      await hand();
      await receipt.setMetadata({}, { conditions: { leaseId: lease.leaseId } });
      return true;
    } finally {
      await lease.releaseLease().catch(() => undefined);
    }
  }

  /** The time of the last change of the newest blob that the last scan of the container saw, in ms since the epoch; 0 if there was no scan yet. */
  async lastSeen(account: string, container: string): Promise<number> {
    try {
      const content = await (await this.#blob(this.#scanInfo(account, container))).downloadToBuffer();
      return Date.parse((JSON.parse(content.toString()) as { LatestScan: string }).LatestScan) || 0;
    } catch (error) {
      if (hasCode(error, "BlobNotFound", "ContainerNotFound")) return 0;
      throw error;
    }
  }

  /** Writes the time that `lastSeen` reads; `time` in ms since the epoch. */
  async setLastSeen(account: string, container: string, time: number): Promise<void> {
    const text = JSON.stringify({ LatestScan: dotnetTime(new Date(time)) });
    const blob = await this.#blob(this.#scanInfo(account, container));
    await this.#inContainer(() => blob.upload(text, text.length));
  }

  #scanInfo(account: string, container: string): string {
    return `blobscaninfo/${this.#hostId}/${account}/${container}/scanInfo`;
  }

  /** Returns false if the receipt already exists. */
  async #create(receipt: BlockBlobClient): Promise<boolean> {
    try {
      await this.#inContainer(() => receipt.upload("", 0, { metadata: incomplete, conditions: { ifNoneMatch: "*" } }));
      return true;
    } catch (error) {
      if (hasCode(error, "BlobAlreadyExists", "LeaseIdMissing")) return false;
      throw error;
    }
  }

  async #inContainer(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!hasCode(error, "ContainerNotFound")) throw error;
      await (await this.#container()).createIfNotExists();
      await write();
    }
  }

  async #container(): Promise<ContainerClient> {
    return (await this.#clients.blobs(this.#account)).getContainerClient(hostContainer);
  }

  async #blob(name: string): Promise<BlockBlobClient> {
    return (await this.#container()).getBlockBlobClient(name);
  }
}

async function isComplete(receipt: BlockBlobClient): Promise<boolean> {
  const { metadata = {} } = await receipt.getProperties();
  return !Object.keys(metadata).some((name) => name.toLowerCase() === "incomplete");
}
