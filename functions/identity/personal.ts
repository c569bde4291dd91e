import type { StaffPage } from "../../contracts/catalog.ts";
import type { Role } from "../../contracts/common.ts";
import type { PersonalDataReply } from "../../contracts/personal-data.ts";
import { container } from "../platform/clients.ts";
import { personalData } from "../platform/personal-data.ts";
import { normalisePhone } from "../platform/phone.ts";
import { Refusal } from "../platform/refusal.ts";
import { heldIn, shown } from "../platform/without-person.ts";
import { customerDocumentId } from "./customers.ts";
import { aboutFile, aboutIdentity } from "./personal-words.ts";
import { spoken } from "./reach-words.ts";

/** A customer and their phone number. */
export interface Customer {
  customerId: string;
  phone: string;
}

/** The customer with a number. @throws Refusal `bad-request`, `not-found` */
export async function customerWith(written: string, country: string | undefined): Promise<Customer> {
  const phone = normalisePhone(written, country);
  const id = customerDocumentId(phone);
  const { resource } = await (await container("identity")).item(id, id).read<{ customerId: string }>();
  if (resource === undefined)
    throw new Refusal("not-found", "Nobody has signed in with this number, or their data was deleted.");
  return { customerId: resource.customerId, phone };
}

/** All data that services and extensions store about a customer. @param tag the language of the explanations; English if it is not supported */
export async function dataOf({ customerId, phone }: Customer, tag = "en"): Promise<PersonalDataReply> {
  const language = spoken(tag);
  const parts = await Promise.all([
    ownData({ customerId, phone }).then((data) => ({ part: "identity", about: aboutIdentity[language], data })),
    ...personalData().map(async ({ part, about, read }) => {
      return { part, about: about[language] ?? about.en, data: await read(customerId) };
    }),
  ]);
  return { about: aboutFile[language], phone, customerId, parts, now: new Date().toISOString() };
}

async function ownData({ customerId, phone }: Customer) {
  const identity = await container("identity");
  const [held, work] = await Promise.all([
    heldIn(identity, "SELECT * FROM c WHERE c.customerId = @customerId", { customerId }),
    worksAt(phone),
  ]);
  return { held: held.map(shown), work };
}

/**
 * Checks that an admin runs every store that a customer works at. Data about another store's staff, such as their sessions, is only for that store and
 * for themselves. @throws Refusal `works-here`
 */
export async function checkRunsWhere(admin: string | undefined, customer: string): Promise<void> {
  if (admin === customer) return;
  const [works, runs] = await Promise.all([worksAt(customer), admin === undefined ? [] : worksAt(admin)]);
  const own = new Set(runs.filter(({ roles }) => roles.includes("admin")).map(({ storeId }) => storeId));
  if (works.every(({ storeId }) => own.has(storeId))) return;
  const detail =
    "They work at a store that you do not run. They can have all that is held about them themselves: in the customer's app, under their account.";
  throw new Refusal("works-here", detail);
}

/** A person's name and roles in each store that they work at. */
export async function worksAt(phone: string): Promise<{ storeId: string; name: string; roles: Role[] }[]> {
  const catalog = await container("catalog");
  // A cross-partition query, which is acceptable because there are few stores, each with one such page.
  const { resources } = await catalog.items.query<StaffPage>("SELECT * FROM c WHERE c.id = 'staff'").fetchAll();
  return resources.flatMap(({ storeId, people }) =>
    people.filter((person) => person.phone === phone).map(({ name, roles }) => ({ storeId, name, roles })),
  );
}
