import type { StaffPage } from "../../contracts/catalog.ts";
import type { PersonalDataReply } from "../../contracts/personal-data.ts";
import { container } from "../platform/clients.ts";
import { personalData } from "../platform/personal-data.ts";
import { normalisePhone } from "../platform/phone.ts";
import { Refusal } from "../platform/refusal.ts";
import { heldIn, shown } from "../platform/without-person.ts";
import { customerDocumentId } from "./customers.ts";

/** A customer and their number. */
export interface Customer {
  customerId: string;
  phone: string;
}

const about =
  "Everything that this coffee stand holds about you, as it lies in its database. Times are in UTC. Beside it there are, for minutes or hours and under hashes, counts of how often codes were asked for and tried; and figures of each hour, which count orders and name nobody.";
const ownAbout =
  "That you are a customer: your number as a hash beside an opaque id, until 13 months after you signed in last; where you are signed in, 30 days at most; and, if you want to be told of a ready order, the addresses of your browsers, 31 days at most. What you work as, if you do, until a store takes you off its list.";

/** The customer with a number. @throws Refusal `bad-request`, `not-found` */
export async function customerWith(written: string, country: string | undefined): Promise<Customer> {
  const phone = normalisePhone(written, country);
  const id = customerDocumentId(phone);
  const { resource } = await (await container("identity")).item(id, id).read<{ customerId: string }>();
  if (resource === undefined)
    throw new Refusal("not-found", "Nobody has signed in with this number, or they were forgotten.");
  return { customerId: resource.customerId, phone };
}

/** All that is held about somebody, by every service and extension. */
export async function dataOf({ customerId, phone }: Customer): Promise<PersonalDataReply> {
  const parts = await Promise.all([
    ownData({ customerId, phone }).then((data) => ({ part: "identity", about: ownAbout, data })),
    ...personalData().map(async ({ part, about, read }) => ({ part, about, data: await read(customerId) })),
  ]);
  return { about, phone, customerId, parts, now: new Date().toISOString() };
}

async function ownData({ customerId, phone }: Customer) {
  const identity = await container("identity");
  const [held, work] = await Promise.all([
    heldIn(identity, "SELECT * FROM c WHERE c.customerId = @customerId", { customerId }),
    worksAt(phone),
  ]);
  return { held: held.map(shown), work };
}

/** What somebody is in every store. */
export async function worksAt(phone: string): Promise<{ storeId: string; name: string; roles: string[] }[]> {
  const catalog = await container("catalog");
  const { resources } = await catalog.items.query<StaffPage>("SELECT * FROM c WHERE c.id = 'staff'").fetchAll();
  return resources.flatMap(({ storeId, people }) =>
    people.filter((person) => person.phone === phone).map(({ name, roles }) => ({ storeId, name, roles })),
  );
}
