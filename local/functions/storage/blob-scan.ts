import type { BlobItem, ContainerClient } from "@azure/storage-blob";
import type { Parts } from "../../kernel/parts.ts";
import type { StorageAccount } from "./account.ts";
import type { BlobReceipts } from "./blob-receipts.ts";
import type { StorageClients } from "./clients.ts";
import { hasCode, Outage } from "./errors.ts";
import { Polling } from "./polling.ts";

/** The longest wait between two scans of a container, in ms. On Azure a scan takes place every ten seconds at best. */
const longest = 2_000;

export interface ScanOptions {
  account: StorageAccount;
  container: string;
  receipts: BlobReceipts;
  /** Handles a blob that is new or changed; returns false if it is to be passed again at the next scan. May get the same blob more than once. */
  found(container: ContainerClient, blob: string): Promise<boolean>;
}

/**
 * Scans a container repeatedly for new and changed blobs. Times of blobs have whole seconds, so each scan includes the last second before it, and
 * remembers which blobs of that second were passed on.
 *
 * Source: `ScanBlobScanLogHybridPollingStrategy` of the Storage extension of WebJobs, without the logs of Storage Analytics, and each scan reads the
 * whole container instead of 10,000 blobs.
 */
export class BlobScan {
  readonly #parts: Parts;
  readonly #clients: StorageClients;
  readonly #options: ScanOptions;
  readonly #outage: Outage;
  readonly #refusal: Outage;
  readonly #polling: Polling;
  #shown = new Map<string, string>();
  #last: number | undefined;
  #missing = false;

  constructor(parts: Parts, clients: StorageClients, options: ScanOptions) {
    this.#parts = parts;
    this.#clients = clients;
    this.#options = options;
    const { account, container } = options;
    const what = `container "${container}" in the storage that "${account.setting}" leads to`;
    this.#outage = new Outage(parts.log, `The ${what}`);
    this.#refusal = new Outage(parts.log, `A blob of the ${what}`, "be handed to its functions");
    this.#polling = new Polling(parts, {
      kind: `blobs ${container}`,
      longest,
      onWritten: (told) => clients.onWritten(account, `container ${container}`, told),
      look: () => this.#look(),
    });
  }

  /** Starts to scan, without waiting for the container, which may not exist yet. */
  start(): void {
    this.#polling.start();
  }

  /** Starts no further scan. */
  stop(): void {
    this.#polling.stop();
  }

  /** Resolves when the scan that was in progress at the stop has ended. */
  ended(): Promise<void> {
    return this.#polling.ended();
  }

  /** Scans the container once; returns whether anything new was found. */
  async #look(): Promise<boolean> {
    const { account, container: name, receipts } = this.#options;
    try {
      const container = (await this.#clients.blobs(account)).getContainerClient(name);
      this.#last ??= await receipts.lastSeen(container.accountName, name);
      const recent = await this.#changedSince(container, this.#last);
      if (this.#polling.stopped) return false;
      this.#outage.over();
      this.#missing = false;
      const fresh = recent.filter((blob) => this.#shown.get(blob.name) !== blob.properties.etag);
      const taken = await this.#show(container, fresh);
      if (taken === fresh.length) await this.#seen(container, recent);
      return taken > 0;
    } catch (error) {
      if (hasCode(error, "ContainerNotFound", "ContainerBeingDeleted")) this.#waitFor(name);
      else if (!this.#polling.stopped) this.#outage.tell(error);
      return false;
    }
  }

  async #changedSince(container: ContainerClient, time: number): Promise<BlobItem[]> {
    const recent: BlobItem[] = [];
    for await (const page of container.listBlobsFlat().byPage()) {
      if (this.#polling.stopped) break;
      recent.push(
        ...page.segment.blobItems.filter(({ properties }) => properties.lastModified.getTime() >= Math.floor(time)),
      );
    }
    return recent;
  }

  /** Passes blobs on, and counts that as work; returns how many were handled. */
  async #show(container: ContainerClient, blobs: readonly BlobItem[]): Promise<number> {
    let taken = 0;
    for (const { name, properties } of blobs) {
      if (this.#polling.stopped) break;
      const end = this.#parts.work.begin(`blobs ${container.containerName}`);
      try {
        if (!(await this.#options.found(container, name))) continue;
        this.#shown.set(name, properties.etag);
        taken++;
      } catch (error) {
        this.#refusal.tell(error);
      } finally {
        end();
      }
    }
    if (taken === blobs.length) this.#refusal.over();
    return taken;
  }

  /** Remembers how far everything has been passed on, also across restarts. */
  async #seen(container: ContainerClient, recent: readonly BlobItem[]): Promise<void> {
    const latest = Math.max(0, ...recent.map(({ properties }) => properties.lastModified.getTime()));
    if (latest <= (this.#last ?? 0)) return;
    this.#last = latest;
    const still = recent.filter(({ properties }) => properties.lastModified.getTime() >= latest);
    this.#shown = new Map(still.map(({ name, properties }) => [name, properties.etag]));
    // A little earlier, as on Azure, for blobs that were written in the same second and not seen yet.
    await this.#options.receipts.setLastSeen(container.accountName, container.containerName, latest - 1);
  }

  #waitFor(name: string): void {
    this.#outage.over();
    if (!this.#missing) this.#parts.log.info(`The container "${name}" does not exist yet; the trigger waits for it.`);
    this.#missing = true;
  }
}
