import { CosmosClient } from "@azure/cosmos";
import type { CremaEvent } from "../../contracts/events.ts";
import { seed } from "../../infra/seed.ts";
import { type LocalAzure, startLocalAzure } from "../../local/index.ts";
import type { Ids } from "../../local/kernel/ids.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { chanceOf } from "../robots/chance.ts";
import { standOptions } from "../stand-options.ts";

/** Ids and chance that are the same again. */
function repeatable(seed: number): Ids {
  const random = chanceOf(seed % 2 ** 31);
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  return {
    random,
    bytes,
    uuid: () => {
      const hex = bytes(16).toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

/** The unmodified application on a local Azure in memory with its clock held, for one simulated day after the other, each at a store of its own. */
export class World {
  readonly azure: LocalAzure;
  /** What was published, by the event's id, as text: whatever else comes under the same id is another event. */
  readonly published = new Map<string, string>();
  /** Ids under which two different events were published. */
  readonly doubled: string[] = [];
  #days = 0;

  private constructor(azure: LocalAzure) {
    this.azure = azure;
    azure.eventGrid.faults.delivery = (event) => {
      this.#see(event as unknown as CremaEvent);
      return undefined;
    };
  }

  /** @param folder of another than the sources, as the package is or a copy with a mistake in it */
  static async open(begins: number, folder?: string): Promise<World> {
    const given = standOptions({
      siteOrigin: "http://localhost:4280",
      timeZone: "UTC",
      ...(folder !== undefined && { application: folder }),
    });
    // What the SDKs try again takes seconds of the machine, and is to be over before the clock goes on.
    const application = given.application && { ...given.application, patience: 30_000 };
    const azure = await startLocalAzure({
      ...given,
      ...(application && { application }),
      ids: repeatable(begins),
      log: silentLog,
      heldAt: begins,
      recording: { spans: 2_000 },
    });
    await azure.settle();
    return new World(azure);
  }

  /** A new store with the menu and the people of the seed. */
  async openStore(timeZone: string): Promise<string> {
    const storeId = `day-${++this.#days}`;
    const client = new CosmosClient(this.azure.cosmos.connectionString);
    try {
      await seed(client.database("crema").container("config"), { storeId, timeZone });
    } finally {
      client.dispose();
    }
    await this.azure.settle();
    return storeId;
  }

  /** Lets others work at the bar of a store. */
  async hire(storeId: string, phones: readonly string[]): Promise<void> {
    for (const [n, phone] of phones.entries())
      await this.azure.cosmos.manage.save("crema", "config", {
        id: `staff:${phone}`,
        kind: "staff",
        storeId,
        phone,
        name: `Barista ${n + 1}`,
        roles: ["barista"],
      });
    await this.azure.settle();
  }

  /** Documents of a store, or of all, straight out of the database. */
  documents<T>(container: string, storeId: string, condition = "true"): T[] {
    const text = `SELECT * FROM c WHERE ${condition}`;
    return this.azure.cosmos.manage.query("crema", container, { text, key: [storeId], max: 100_000 }).rows as T[];
  }

  close(): Promise<void> {
    return this.azure.stop();
  }

  #see(event: CremaEvent): void {
    const text = JSON.stringify(event);
    const known = this.published.get(event.id);
    if (known === undefined) this.published.set(event.id, text);
    else if (known !== text) this.doubled.push(event.id);
  }
}
