import type { Caller, CatalogPage, StaffPage } from "../../contracts/catalog.ts";
import type { Who } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { maskPhone } from "./phone.ts";

/** Who the caller is, in every store. */
export async function describeCaller(who: Who): Promise<Caller> {
  const { customerId, phone, display } = who;
  if (display) {
    const { storeId, name } = display;
    return { customerId, name, roles: { [storeId]: ["display"] }, stores: await storesOf([storeId]) };
  }
  const catalog = await container("catalog");
  // Over all stores on purpose: there are few, each with one such page.
  const { resources } = await catalog.items.query<StaffPage>("SELECT * FROM c WHERE c.id = 'staff'").fetchAll();
  const caller: Caller = { customerId, ...(phone && { phone: maskPhone(phone) }), roles: {}, stores: {} };
  for (const { storeId, people } of resources) {
    const person = people.find((candidate) => candidate.phone === phone);
    if (person === undefined) continue;
    caller.roles[storeId] = person.roles;
    caller.name ??= person.name;
  }
  return { ...caller, stores: await storesOf(Object.keys(caller.roles)) };
}

async function storesOf(storeIds: string[]): Promise<Caller["stores"]> {
  const stores: Caller["stores"] = {};
  for (const page of await Promise.all(storeIds.map(pageOf))) {
    if (page) stores[page.storeId] = { name: page.store.name, retired: page.store.retiredAt !== undefined };
  }
  return stores;
}

/** There is none while the first document of a store has a mistake. */
async function pageOf(storeId: string): Promise<CatalogPage | undefined> {
  try {
    return await catalogPage(storeId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return undefined;
  }
}
