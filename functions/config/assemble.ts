import * as z from "zod";
import { type CatalogPage, type MenuDrink, menuDrink, type StaffPage } from "../../contracts/catalog.ts";
import { storeSettings } from "../../contracts/documents.ts";
import { checkDocument, isDeleted, type Problems, type Stored } from "./check.ts";
import { type DoorRules, doorRules, openingOf } from "./opening.ts";

type Person = StaffPage["people"][number];
const storePart = z.object(storeSettings);

export interface Published {
  page?: (Pick<CatalogPage, "store" | "menu"> & { doors?: DoorRules }) | undefined;
  staff?: Pick<StaffPage, "people"> | undefined;
}

/** What should be published now. Without a store there is no page: there never was a good one. */
export interface Assembly {
  store: CatalogPage["store"] | undefined;
  /** What its doors follow. */
  doors: DoorRules | undefined;
  menu: MenuDrink[];
  people: Person[];
  rejected: { document: Stored; problems: Problems }[];
}

/**
 * Puts a store's documents together with what was published last. A document that is not good keeps its last good form,
 * if it has one, a person as far as it still says so; one that is gone is left out. The store itself stays: a page without a store would be no page.
 * Its doors follow their rules all the same. Pure.
 * @param now ms since the epoch
 */
export function assemble(documents: Stored[], last: Published, now: number): Assembly {
  const assembly: Assembly = {
    store: last.page?.store,
    doors: last.page?.doors,
    menu: [],
    people: [],
    rejected: [],
  };
  for (const stored of documents) {
    if (isDeleted(stored)) continue;
    const checked = checkDocument(stored);
    if ("problems" in checked) {
      assembly.rejected.push({ document: stored, problems: checked.problems });
      const drink = last.page?.menu.find(({ id }) => id === stored.id);
      if (drink) assembly.menu.push(drink);
      const person = last.staff?.people.find(({ phone }) => `staff:${phone}` === stored.id);
      const left = person && rolesLeft(person, stored);
      if (left) assembly.people.push(left);
      continue;
    }
    const { document } = checked;
    if (document.kind === "store") {
      assembly.store = storePart.parse(document);
      assembly.doors = doorRules.parse(document);
    } else if (document.kind === "drink") assembly.menu.push(menuDrink.parse(document));
    else assembly.people.push({ phone: document.phone, name: document.name, roles: document.roles });
  }
  const { store, doors } = assembly;
  if (store && doors) assembly.store = { ...storePart.parse(store), ...openingOf(doors, now) };
  assembly.menu.sort((a, b) => a.position - b.position || compare(a.id, b.id));
  assembly.people.sort((a, b) => compare(a.phone, b.phone));
  return assembly;
}

/**
 * What a person keeps while their document has a mistake: the roles that it still names. Who takes a role, the number or all of it away means that, whatever
 * else is wrong with the document.
 */
function rolesLeft(person: Person, { kind, phone, roles }: Stored): Person | undefined {
  const named: unknown[] = kind === "staff" && phone === person.phone && Array.isArray(roles) ? roles : [];
  const left = person.roles.filter((role) => named.includes(role));
  return left.length === 0 ? undefined : { ...person, roles: left };
}

/**
 * The documents as read, brought up to the versions that the change feed just told of: a read may come from a copy of the
 * data that lags behind the feed. When both are of the same second the feed's is taken; a newer one comes through the feed in its turn. Pure.
 */
export function newest(read: Stored[], told: Stored[]): Stored[] {
  const documents = new Map(read.map((document) => [document.id, document]));
  for (const document of told) {
    const known = documents.get(document.id);
    if (known === undefined || known._ts <= document._ts) documents.set(document.id, document);
  }
  return [...documents.values()];
}

// By code point, so that the same documents make the same page on every machine.
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
