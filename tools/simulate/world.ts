import { CosmosClient } from "@azure/cosmos";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import type { CremaEvent } from "../../contracts/events.ts";
import { groups, hub } from "../../contracts/push.ts";
import { ownSubjects } from "../../contracts/replay.ts";
import type { Extension } from "../../infra/extensions.ts";
import { seed } from "../../infra/seed.ts";
import { type LocalAzure, startLocalAzure } from "../../local/index.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { RepeatableIds } from "../../local/kernel/repeatable-ids.ts";
import { standOptions } from "../stand-options.ts";
import { applicationIn, extensionSettings, extensionsOf } from "./applications.ts";
import type { Day } from "./day.ts";
import type { Fair } from "./fair.ts";
import { nearFetch } from "./near-fetch.ts";
import { peopleOf } from "./people.ts";
import { Wires } from "./wires.ts";

/** Eight stands send more messages than one: else those about ready orders would be left out, as they should, so that people can still sign in. */
const manyCodes = { CODES_PER_HOUR: "2000", CODES_PER_DAY: "5000" };

/** The unmodified application on a local Azure in memory with its clock held, for one fair, whose stands are stores of their own. */
export class World {
  readonly azure: LocalAzure;
  /** Which are at work. */
  readonly extensions: readonly Extension[];
  /** What was published, by the event's id, as text: whatever else comes under the same id is another event. */
  readonly published = new Map<string, string>();
  /** Ids under which two different events were published, and both. */
  readonly doubled: { id: string; subject: string; one: string; other: string }[] = [];
  /** How its people ask. */
  readonly fetch = nearFetch();
  readonly #wires = new Wires();

  private constructor(azure: LocalAzure, extensions: readonly Extension[]) {
    this.azure = azure;
    this.extensions = extensions;
    azure.eventGrid.faults.delivery = (event) => {
      this.#see(event as unknown as CremaEvent);
      return undefined;
    };
  }

  /** @param folder of others than the sources, see `writeApplications` */
  static async open({ seed, begins, extensions }: Fair, folder?: string): Promise<World> {
    const given = standOptions({
      siteOrigin: "http://localhost:4280",
      timeZone: "UTC",
      extensions: extensionsOf(extensions),
      env: extensionSettings,
      settings: manyCodes,
      ...(folder !== undefined && { application: applicationIn(folder, extensions) }),
    });
    // However busy the machine is, the clock waits for it.
    const application = given.application && { ...given.application, patience: 30_000 };
    const ids = new RepeatableIds(seed);
    const azure = await startLocalAzure({
      ...given,
      ...(application && { application }),
      ids,
      log: silentLog,
      heldAt: Date.parse(begins),
      byTurns: true,
      // Nobody looks at what is recorded.
      recording: { spans: 0 },
    });
    await azure.settle();
    // However it came to be, from here on it is the same again.
    ids.begin(seed);
    azure.faults.seed = seed % 2 ** 31;
    return new World(azure, extensionsOf(extensions));
  }

  /** New stores with the menu of the seed, each with people of its own. @returns their ids */
  async openStores(days: readonly Day[]): Promise<string[]> {
    const client = new CosmosClient(this.azure.cosmos.connectionString);
    try {
      const config = client.database("crema").container("config");
      const stores: string[] = [];
      for (const { seed: name, stand, timeZone } of days) {
        const storeId = `day-${name}`;
        await seed(config, { storeId, timeZone, staff: peopleOf(stand).staff });
        await this.azure.settle();
        stores.push(storeId);
      }
      return stores;
    } finally {
      client.dispose();
    }
  }

  /** Events that services of a store told, as they lie in these containers. */
  archived(storeId: string, containers: readonly string[]): CremaEvent[] {
    const documents = (name: string) => this.documents<{ event: CremaEvent }>(name, storeId, "c.kind = 'event'");
    return containers.flatMap(documents).map(({ event }) => event);
  }

  /** Every document of every container, as text, and when it was written, in seconds since the epoch. */
  everything(): { container: string; id: string; since: number; text: string }[] {
    const { manage } = this.azure.cosmos;
    const containers = manage.databases().find(({ id }) => id === "crema")?.containers ?? [];
    return containers.flatMap(({ id: container }) => {
      const rows = manage.query("crema", container, { text: "SELECT * FROM c", max: 1_000_000 }).rows;
      return (rows as { id: string; _ts: number }[]).map((row) => {
        return { container, id: row.id, since: row._ts, text: JSON.stringify(row) };
      });
    });
  }

  /** Of those who asked to be forgotten, until the services have been told of them twice. */
  deletions(condition: string): { customerId: string; _ts: number }[] {
    return this.identity(`c.kind = 'deletion' AND ${condition}`);
  }

  /** Documents of those who are or were signed in, straight out of the database. */
  identity<T>(condition: string): T[] {
    const text = `SELECT * FROM c WHERE ${condition}`;
    return this.azure.cosmos.manage.query("crema", "identity", { text, max: 100_000 }).rows as T[];
  }

  /** Ends the connections of a store's screens, who then ask for all that they show. */
  async closeConnections(storeId: string): Promise<void> {
    const here = { allowInsecureConnection: true };
    const service = new WebPubSubServiceClient(this.azure.webPubSub.connectionString, hub, here);
    await service.group(groups.store(storeId)).closeAllConnections({ reason: "The day is over." });
  }

  /** Documents of a store, or of all, straight out of the database. */
  documents<T>(container: string, storeId: string, condition = "true"): T[] {
    const text = `SELECT * FROM c WHERE ${condition}`;
    return this.azure.cosmos.manage.query("crema", container, { text, key: [storeId], max: 100_000 }).rows as T[];
  }

  /** Ids of all stores that there are. */
  stores(): string[] {
    const text = "SELECT VALUE c.storeId FROM c WHERE c.id = 'store'";
    return this.azure.cosmos.manage.query("crema", "config", { text, max: 1_000 }).rows as string[];
  }

  /** Until nothing is under way any more, on the way to a screen neither. */
  async settle(): Promise<void> {
    do await this.azure.settle();
    while (await this.#wires.quiet());
  }

  /** Stops the local Azure; nothing of it is kept. */
  async close(): Promise<void> {
    this.#wires.close();
    await this.azure.stop();
  }

  #see(event: CremaEvent): void {
    // What one of the services could not take is told again to it alone, under a subject of its own, and so is what is replayed.
    if (!event.subject.startsWith(ownSubjects)) return;
    const text = JSON.stringify(event);
    const known = this.published.get(event.id);
    if (known === undefined) this.published.set(event.id, text);
    else if (known !== text) this.doubled.push({ id: event.id, subject: event.subject, one: known, other: text });
  }
}
