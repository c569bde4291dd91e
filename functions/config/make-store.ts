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

/** Each costs a little every minute, whether or not it is open: see docs/deploy.md. One or two more when several are made at once are no matter. */
export const mostStores = 100;

const settings = z.object(storeSettings);
const claimed = "claimed";

export interface Maker {
  customerId: string;
  phone: string;
  name: string;
}

/**
 * Makes a store: closed, without hours, with the other settings of the one it is made beside, and with its maker as the first admin. It is there whole
 * or not at all: what comes last is the store itself, with somebody who runs it, and without these its menu is nobody's.
 * @param key names the request: the same one from the same person makes one store, however often it comes in a week
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
  // What a try wrote that ended half-way is written again as it is now: nothing shows it yet.
  const parts = together(menu.map((document) => ({ operationType: "Upsert" as const, resourceBody: json(document) })));
  const last: OperationInput[] = [...(parts.pop() ?? []), ...owner];
  for (const part of parts) await transact(config, storeId, part);
  // Not done is done by the same request, sent twice at once.
  const { done } = await transact(config, storeId, last);
  // The change feed would do so some seconds later; whoever made it goes there now.
  await publishStore(storeId);
  return { ...reply, repeated: !done };
}

/**
 * An id for a new store, made from its name, for people who see it in an address and type it: with a mark behind it where another store has it. It
 * stays, whatever the store is called later. Claimed by a note of who asked for it, so that they get the same when they ask again.
 * @param asked the request, as nobody else could have made it @returns `made` whether that store is there already
 * @throws Refusal `too-many-stores`, `try-again` while another of this name is being made
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
    // Marked as deleted, it is no document to anybody else, and goes by itself.
    const note = { id: claimed, storeId, deleted: true, by, ttl: deletedFor };
    if ((await transact(config, storeId, [create(note)])).done) return { storeId, made: false };
    const theirs = (await config.item(claimed, storeId).read<Stored>()).resource;
    if (theirs?.by === by) return { storeId, made: false };
  }
  throw new Refusal("try-again", "Another store of this name is being made right now. Please try again.");
}

async function checkNumber(config: Container): Promise<void> {
  // Over all stores on purpose: stores are seldom made, and there are few.
  const query = "SELECT VALUE c.storeId FROM c WHERE c.id = 'store'";
  const { resources } = await config.items.query<string>(query).fetchAll();
  if (resources.length < mostStores) return;
  throw new Refusal("too-many-stores", `There are ${mostStores} stores already, which is the most.`);
}

function storeBeside({ store }: CatalogPage, { name, timeZone }: StoreRequest, storeId: string): StoreDocument {
  // What the other one is called in other languages is not what this one is called there.
  const { texts: _names, ...others } = settings.parse(store);
  return { id: "store", kind: "store", storeId, ...others, name, timeZone, open: false };
}

function firstAdmin({ phone, name }: Maker, storeId: string): StaffDocument {
  return { id: `staff:${phone}`, kind: "staff", storeId, phone, name, roles: ["admin", "barista"] };
}
