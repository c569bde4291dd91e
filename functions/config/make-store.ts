import { createHash, randomUUID } from "node:crypto";
import type { Container, OperationInput } from "@azure/cosmos";
import * as z from "zod";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { type StaffDocument, type StoreDocument, storeSettings } from "../../contracts/documents.ts";
import type { StoreReply, StoreRequest } from "../../contracts/http.ts";
import { slug } from "../../contracts/slug.ts";
import { container } from "../platform/clients.ts";
import { json } from "../platform/json.ts";
import { Refusal } from "../platform/refusal.ts";
import { create, transact } from "../platform/transaction.ts";
import { deletedFor, type Stored } from "./check.ts";
import { documentsOf, drinksIn, menuFor, together } from "./menu-documents.ts";
import { publishStore } from "./publish.ts";

/** The limit of stores: each costs a little every minute, even if closed (docs/deploy.md). Concurrent requests may exceed it by one or two. */
export const mostStores = 100;

const settings = z.object(storeSettings);
const claimed = "claimed";

export interface Maker {
  customerId: string;
  phone: string;
  name: string;
}

/**
 * Creates a store: closed, without hours, with the other settings of the store `beside`, and with its maker as the first admin. It appears completely or not
 * at all: the store's document and its admin are written last, and without them the menu is not visible to anybody.
 * @param key the idempotency key: repeated requests of the same person within a week create only one store
 * @throws Refusal `too-many-stores`
 */
export async function makeStore(
  beside: CatalogPage,
  maker: Maker,
  request: StoreRequest,
  key: string = randomUUID(),
): Promise<StoreReply> {
  const config = await container("config");
  const { storeId, made } = await claimId(config, request.name, `${maker.customerId} ${key}`);
  const { menu, leftOut } = menuFor(storeId, request.menuOf ? await documentsOf(config, request.menuOf) : []);
  const reply = { storeId, drinks: drinksIn(menu), leftOut };
  if (made) return { ...reply, repeated: true };
  const owner = [storeBeside(beside, request, storeId), firstAdmin(maker, storeId)].map(create);
  // An earlier attempt may have written a part of the menu. Overwrite it, since nothing shows it yet.
  const parts = together(menu.map((document) => ({ operationType: "Upsert" as const, resourceBody: json(document) })));
  const last: OperationInput[] = [...(parts.pop() ?? []), ...owner];
  for (const part of parts) await transact(config, storeId, part);
  // Not done is done by the same request, sent twice at once.
  const { done } = await transact(config, storeId, last);
  // The change feed would publish it some seconds later, but its maker opens it now.
  await publishStore(storeId);
  return { ...reply, repeated: !done };
}

/**
 * Claims an id for a new store. It is derived from the name, since people see it in URLs and type it; it gets a suffix if another store has it. It never changes
 * later. The claim is a document with a hash of the request, so that a repeated request gets the same id.
 * @param asked the request together with its caller, so that nobody else can repeat it
 * @returns `made`: whether the store exists already
 * @throws Refusal `too-many-stores`, `try-again` while another store of this name is being created
 */
async function claimId(config: Container, name: string, asked: string): Promise<{ storeId: string; made: boolean }> {
  const by = createHash("sha256").update(`${name} ${asked}`).digest("hex");
  const plain = slug(name) || "store";
  const marked = `${plain.slice(0, 33).replace(/-+$/, "")}-${BigInt(`0x${by}`).toString(36).slice(-6)}`;
  for (const storeId of [plain, marked, marked]) {
    const there = await documentsOf(config, storeId);
    const claim = there.find(({ id }) => id === claimed);
    if (claim?.by === by) return { storeId, made: there.some(({ id }) => id === "store") };
    if (there.length > 0) continue;
    await checkNumber(config);
    // The document is marked as deleted, so that all other code ignores it, and it expires.
    const note = { id: claimed, storeId, deleted: true, by, ttl: deletedFor };
    if ((await transact(config, storeId, [create(note)])).done) return { storeId, made: false };
    const theirs = (await config.item(claimed, storeId).read<Stored>()).resource;
    if (theirs?.by === by) return { storeId, made: false };
  }
  throw new Refusal("try-again", "Another store of this name is being made right now. Please try again.");
}

async function checkNumber(config: Container): Promise<void> {
  // A cross-partition query, which is acceptable because stores are few and rarely created.
  const query = "SELECT VALUE c.storeId FROM c WHERE c.id = 'store'";
  const { resources } = await config.items.query<string>(query).fetchAll();
  if (resources.length < mostStores) return;
  throw new Refusal("too-many-stores", `There are ${mostStores} stores already, which is the most.`);
}

function storeBeside({ store }: CatalogPage, { name, timeZone }: StoreRequest, storeId: string): StoreDocument {
  // Do not copy the translations of the other store's name.
  const { texts: _names, ...others } = settings.parse(store);
  return { id: "store", kind: "store", storeId, ...others, name, timeZone, open: false };
}

function firstAdmin({ phone, name }: Maker, storeId: string): StaffDocument {
  return { id: `staff:${phone}`, kind: "staff", storeId, phone, name, roles: ["admin", "barista"] };
}
