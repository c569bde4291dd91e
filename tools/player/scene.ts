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

/** A stand on which a recording can be played: the unchanged application, without the functions that act, and without the subscriptions to them. */
export interface Scene {
  options: StandOptions & { heldAt: number };
  documents: Documents;
  /** The customer whose phone is shown to a guest who signs in with the given number. */
  customerId: string | undefined;
}

/**
 * Prepares a stand for a recording.
 * @param stand its options without a recording @param guest the number with which a person can sign in as a customer of the recording
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

/** The subscriptions without those to disabled functions, which would only cause dead letters. */
function resourcesOf(resources: Resources): Resources {
  const { eventGrid } = resources;
  const subscriptions = eventGrid?.subscriptions ?? [];
  const playing = subscriptions.filter((each) => each.function === undefined || !acting.includes(each.function));
  return { ...resources, ...(eventGrid && { eventGrid: { ...eventGrid, subscriptions: playing } }) };
}

/** Allows the staff of this stand to sign in and watch. */
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

/** The customer with the most visits, whose phone shows the most. */
function regularOf({ events }: Recording): string | undefined {
  const visits = new Map<string, number>();
  for (const { data } of events) {
    if (!("order" in data) || data.order.version !== 1) continue;
    const { customerId } = data.order;
    visits.set(customerId, (visits.get(customerId) ?? 0) + 1);
  }
  return [...visits].sort(([, many], [, more]) => more - many)[0]?.[0];
}
