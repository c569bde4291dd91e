import { CosmosClient } from "@azure/cosmos";
import type { StaffPage } from "../../contracts/catalog.ts";
import { sha256 } from "../../functions/identity/secrets.ts";
import { database } from "../../functions/platform/clients.ts";
import { seedDocuments } from "../../infra/seed.ts";
import type { Endpoints, LocalAzureOptions } from "../../local/index.ts";
import type { Resources } from "../../local/resources.ts";
import { acting, switchedOff } from "./acting.ts";
import { Documents } from "./documents.ts";
import { firstPage } from "./first-page.ts";
import type { Recording } from "./recording.ts";
import { write } from "./writer.ts";

type StandOptions = Pick<LocalAzureOptions, "resources" | "application" | "prepare">;

/** A stand on which a recording can be played: the application as it is, less the functions that act, and less who would tell them of events. */
export interface Scene {
  options: StandOptions & { heldAt: number };
  documents: Documents;
  /** Whose phone a guest holds who signs in with the number given. */
  customerId: string | undefined;
}

/**
 * Sets a stand up for a recording.
 * @param stand how it would be run otherwise @param guest the number by which somebody can sign in as a customer of the recording
 */
export async function sceneOf(
  recording: Recording,
  stand: StandOptions,
  { timeZone, guest }: { timeZone: string; guest: string },
): Promise<Scene> {
  const documents = new Documents(await firstPage(recording, timeZone));
  const customerId = regularOf(recording);
  const { application } = stand;
  const options = {
    ...stand,
    resources: resourcesOf(stand.resources),
    ...(application && {
      application: {
        ...application,
        settings: (endpoints: Endpoints) => ({ ...application.settings(endpoints), ...switchedOff }),
      },
    }),
    heldAt: recording.begins - 1_000,
    prepare: async ({ cosmos }: Endpoints) => {
      const client = new CosmosClient(cosmos.connectionString);
      try {
        await write(client, recording.storeId, documents.first());
        await letIn(client, recording.storeId);
        if (customerId !== undefined) await giveNumber(client, guest, customerId, recording.begins);
      } finally {
        client.dispose();
      }
    },
  };
  return { options, documents, customerId };
}

/** The subscriptions without those to functions that are switched off: they would only make dead letters. */
function resourcesOf(resources: Resources): Resources {
  const { eventGrid } = resources;
  const subscriptions = eventGrid?.subscriptions ?? [];
  const playing = subscriptions.filter((each) => each.function === undefined || !acting.includes(each.function));
  return { ...resources, ...(eventGrid && { eventGrid: { ...eventGrid, subscriptions: playing } }) };
}

/** Who works here may sign in and look. */
async function letIn(client: CosmosClient, storeId: string): Promise<void> {
  const staff = (await seedDocuments({ storeId })).filter((document) => document.kind === "staff");
  const people = staff.map(({ phone, name, roles }) => ({ phone, name, roles }));
  const page: StaffPage & { id: string; kind: string } = {
    ...{ id: "staff", kind: "staff", storeId },
    ...{ version: 1, epoch: 0, people },
  };
  await client.database(database).container("catalog").items.upsert(page);
  for (const person of staff) await client.database(database).container("config").items.upsert(person);
}

async function giveNumber(client: CosmosClient, phone: string, customerId: string, now: number): Promise<void> {
  const signedInAt = new Date(now).toISOString();
  const customer = { id: `customer:${sha256(phone)}`, kind: "customer", customerId, signedInAt, ttl: -1 };
  await client.database(database).container("identity").items.upsert(customer);
}

/** The customer who came most often: there is most to see on their phone. */
function regularOf({ events }: Recording): string | undefined {
  const visits = new Map<string, number>();
  for (const { data } of events) {
    if (!("order" in data) || data.order.version !== 1) continue;
    const { customerId } = data.order;
    visits.set(customerId, (visits.get(customerId) ?? 0) + 1);
  }
  return [...visits].sort(([, many], [, more]) => more - many)[0]?.[0];
}
