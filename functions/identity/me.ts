import type { Caller, StaffPage } from "../../contracts/catalog.ts";
import type { Who } from "../platform/caller.ts";
import { container } from "../platform/clients.ts";
import { maskPhone } from "./phone.ts";

/** Who the caller is, in every store. */
export async function describeCaller(who: Who): Promise<Caller> {
  const catalog = await container("catalog");
  // Over all stores on purpose: there are few, each with one such page.
  const { resources } = await catalog.items.query<StaffPage>("SELECT * FROM c WHERE c.id = 'staff'").fetchAll();
  const caller: Caller = { customerId: who.customerId, phone: maskPhone(who.phone), roles: {} };
  for (const { storeId, people } of resources) {
    const person = people.find(({ phone }) => phone === who.phone);
    if (person === undefined) continue;
    caller.roles[storeId] = person.roles;
    caller.name ??= person.name;
  }
  return caller;
}
