import { createHash, randomUUID } from "node:crypto";
import type { OperationInput } from "@azure/cosmos";
import * as z from "zod";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { type StaffDocument, type StoreDocument, storeSettings } from "../../contracts/documents.ts";
import type { StoreReply, StoreRequest } from "../../contracts/http.ts";
import { slug } from "../../contracts/slug.ts";
import { container } from "../platform/clients.ts";
import { json } from "../platform/json.ts";
import { Refusal } from "../platform/refusal.ts";
import { create, transact } from "../platform/transaction.ts";
import type { Stored } from "./check.ts";
import { documentsOf, drinksIn, menuFor, together } from "./menu-documents.ts";
import { publishStore } from "./publish.ts";

/** Each costs a little every minute, whether or not it is open: see docs/costs.md. One or two more when several are made at once are no matter. */
export const mostStores = 100;

const settings = z.object(storeSettings);

export interface Maker {
  customerId: string;
  phone: string;
  name: string;
}

/**
 * Makes a store: closed, without hours, with the other settings of the one it is made beside, and with its maker as the first admin. It is there whole
 * or not at all: what comes last is the store itself, with somebody who runs it, and without these its menu is nobody's.
 * @param key names the request: the same one from the same person makes one store, however often it comes
 * @throws Refusal `too-many-stores`
 */
export async function makeStore(
  beside: CatalogPage,
  maker: Maker,
  request: StoreRequest,
  key: string = randomUUID(),
): Promise<StoreReply> {
  const storeId = newStoreId(request.name, `${maker.customerId} ${key}`);
  const config = await container("config");
  const { menu, leftOut } =
    request.menuOf === undefined
      ? { menu: [], leftOut: 0 }
      : menuFor(storeId, await documentsOf(config, request.menuOf));
  const reply = { storeId, drinks: drinksIn(menu), leftOut };
  const { resource: made } = await config.item("store", storeId).read<Stored>();
  if (made) return { ...reply, repeated: true };
  // Over all stores on purpose: stores are seldom made, and there are few.
  const stores = await config.items.query<string>("SELECT VALUE c.storeId FROM c WHERE c.id = 'store'").fetchAll();
  if (stores.resources.length >= mostStores) {
    throw new Refusal("too-many-stores", `There are ${mostStores} stores already, and no more may be made.`);
  }
  const owner = [storeBeside(beside, request, storeId), firstAdmin(maker, storeId)].map(create);
  // What a try wrote that ended half-way is written again as it is now: nothing shows it yet.
  const parts = together(menu.map((document) => ({ operationType: "Upsert" as const, resourceBody: json(document) })));
  const last: OperationInput[] = [...(parts.pop() ?? []), ...owner];
  for (const part of parts) await transact(config, storeId, part);
  // Not done is done by the same request, sent twice at once.
  const { done } = await transact(config, storeId, last);
  // The change feed would do so in a second; whoever made it goes there now.
  await publishStore(storeId);
  return { ...reply, repeated: !done };
}

/** Made from the name, for people who see it in an address, and from who asked for it: nobody else's request makes the same. It stays, whatever the store is called. */
function newStoreId(name: string, asked: string): string {
  const mark = BigInt(`0x${createHash("sha256").update(`${name} ${asked}`).digest("hex")}`)
    .toString(36)
    .slice(-6);
  return `${slug(name).slice(0, 33).replace(/-+$/, "") || "store"}-${mark}`;
}

function storeBeside({ store }: CatalogPage, { name, timeZone }: StoreRequest, storeId: string): StoreDocument {
  return { id: "store", kind: "store", storeId, ...settings.parse(store), name, timeZone, open: false };
}

function firstAdmin({ phone, name }: Maker, storeId: string): StaffDocument {
  return { id: `staff:${phone}`, kind: "staff", storeId, phone, name, roles: ["admin", "barista"] };
}
