import type { Caller, CatalogPage } from "../../contracts/catalog.ts";
import type { Who } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { Refusal } from "../platform/refusal.ts";
import { worksAt } from "./personal.ts";
import { maskPhone } from "./phone.ts";

/** The caller's identity and roles in all stores. */
export async function describeCaller(who: Who): Promise<Caller> {
  const { customerId, phone, display } = who;
  if (display) {
    const { storeId, name } = display;
    return { customerId, name, roles: { [storeId]: ["display"] }, stores: await storesOf([storeId]) };
  }
  const work = phone === undefined ? [] : await worksAt(phone);
  return {
    customerId,
    ...(phone && { phone: maskPhone(phone) }),
    ...(work[0] && { name: work[0].name }),
    roles: Object.fromEntries(work.map(({ storeId, roles }) => [storeId, roles])),
    stores: await storesOf(work.map(({ storeId }) => storeId)),
  };
}

async function storesOf(storeIds: string[]): Promise<Caller["stores"]> {
  const stores: Caller["stores"] = {};
  for (const page of await Promise.all(storeIds.map(pageOf))) {
    if (page) stores[page.storeId] = { name: page.store.name, retired: page.store.retiredAt !== undefined };
  }
  return stores;
}

/** `undefined` until the first document of the store is valid. */
async function pageOf(storeId: string): Promise<CatalogPage | undefined> {
  try {
    return await catalogPage(storeId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return undefined;
  }
}
