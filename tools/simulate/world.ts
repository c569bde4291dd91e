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

/** Eight stands send more messages than one: otherwise those about ready orders would be left out, as designed, in favour of sign-in codes. */
const manyCodes = { CODES_PER_HOUR: "2000", CODES_PER_DAY: "5000" };

/** The unmodified application on a local Azure in memory with a stopped clock, for one fair, whose stands are separate stores. */
export class World {
  readonly azure: LocalAzure;
  /** The extensions in use. */
  readonly extensions: readonly Extension[];
  /** Published events as text, by id, to find different events with the same id. */
  readonly published = new Map<string, string>();
  /** Ids under which two different events were published, with both. */
  readonly doubled: { id: string; subject: string; one: string; other: string }[] = [];
  /** The `fetch` of all simulated people. */
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

  /** @param folder of an application other than the sources, see `writeApplications` */
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
      // Nobody reads the recorded spans.
      recording: { spans: 0 },
    });
    await azure.settle();
    // From here on the simulation is reproducible.
    ids.begin(seed);
    azure.faults.seed = seed % 2 ** 31;
    return new World(azure, extensionsOf(extensions));
  }

  /** Creates stores with the menu of the seed data, each with its own staff. @returns their ids */
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

  /** Events of a store, as stored in these containers. */
  archived(storeId: string, containers: readonly string[]): CremaEvent[] {
    const documents = (name: string) => this.documents<{ event: CremaEvent }>(name, storeId, "c.kind = 'event'");
    return containers.flatMap(documents).map(({ event }) => event);
  }

  /** Every document of every container, as text, with its time of writing in seconds since the epoch. */
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

  /** Pending deletions, until the services were told of them twice. */
  deletions(condition: string): { customerId: string; _ts: number }[] {
    return this.identity(`c.kind = 'deletion' AND ${condition}`);
  }

  /** Documents of users and sessions, directly from the database. */
  identity<T>(condition: string): T[] {
    const text = `SELECT * FROM c WHERE ${condition}`;
    return this.azure.cosmos.manage.query("crema", "identity", { text, max: 100_000 }).rows as T[];
  }

  /** Closes the connections of a store's screens, which then fetch everything again. */
  async closeConnections(storeId: string): Promise<void> {
    const here = { allowInsecureConnection: true };
    const service = new WebPubSubServiceClient(this.azure.webPubSub.connectionString, hub, here);
    await service.group(groups.store(storeId)).closeAllConnections({ reason: "The day is over." });
  }

  /** Documents of a store, or of all stores, directly from the database. */
  documents<T>(container: string, storeId: string, condition = "true"): T[] {
    const text = `SELECT * FROM c WHERE ${condition}`;
    return this.azure.cosmos.manage.query("crema", container, { text, key: [storeId], max: 100_000 }).rows as T[];
  }

  /** Ids of all stores. */
  stores(): string[] {
    const text = "SELECT VALUE c.storeId FROM c WHERE c.id = 'store'";
    return this.azure.cosmos.manage.query("crema", "config", { text, max: 1_000 }).rows as string[];
  }

  /** Waits until nothing is in progress any more, including messages to screens. */
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
    // Redeliveries to a single subscriber have a subject of their own, and so do replays.
    if (!event.subject.startsWith(ownSubjects)) return;
    const text = JSON.stringify(event);
    const known = this.published.get(event.id);
    if (known === undefined) this.published.set(event.id, text);
    else if (known !== text) this.doubled.push({ id: event.id, subject: event.subject, one: known, other: text });
  }
}
