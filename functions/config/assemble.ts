import * as z from "zod";
import type { CatalogPage, MenuDrink, StaffPage } from "../../contracts/catalog.ts";
import { storeSettings } from "../../contracts/documents.ts";
import { type SharedGroup, sharedGroup } from "../../contracts/options.ts";
import { checkDocument, isDeleted, type Problems, type Stored } from "./check.ts";
import { soldOutAsNow, withGroups } from "./groups.ts";
import { type DoorRules, doorRules, openingOf } from "./opening.ts";
import { type Person, withRolesOf } from "./roles-left.ts";

const storePart = z.object(storeSettings);

export interface Published {
  page?: (Pick<CatalogPage, "store" | "menu"> & { doors?: DoorRules; groups?: SharedGroup[] }) | undefined;
  staff?: Pick<StaffPage, "people"> | undefined;
}

/** What should be published now. Without a store there is no page: there never was a good one. */
export interface Assembly {
  store: CatalogPage["store"] | undefined;
  /** What its doors follow. */
  doors: DoorRules | undefined;
  menu: MenuDrink[];
  /** The groups that drinks share, each in the form that counts. */
  groups: SharedGroup[];
  people: Person[];
  rejected: { document: Stored; problems: Problems }[];
}

/**
 * Puts a store's documents together with what was published last. A document that is not good keeps its last good form,
 * if it has one, a person as far as it still says so; one that is gone is left out. The store itself stays: a page without a store would be no page.
 * So does a drink that names a group which is gone: that is a mistake of the drink's.
 * Its doors follow their rules all the same. Pure.
 * @param now ms since the epoch
 */
export function assemble(documents: Stored[], last: Published, now: number): Assembly {
  const assembly: Assembly = {
    store: last.page?.store,
    doors: last.page?.doors,
    menu: [],
    groups: [],
    people: [],
    rejected: [],
  };
  const all = documents
    .filter((stored) => !isDeleted(stored))
    .map((stored) => ({ stored, checked: checkDocument(stored) }));
  assembly.groups = all.flatMap(({ stored, checked }) => {
    if ("document" in checked) return checked.document.kind === "options" ? [sharedGroup.parse(checked.document)] : [];
    return last.page?.groups?.filter(({ id }) => id === stored.id) ?? [];
  });
  const groups = new Map(assembly.groups.map((group) => [group.id, group]));
  const reject = (document: Stored, problems: Problems) => {
    assembly.rejected.push({ document, problems });
    const drink = last.page?.menu.find(({ id }) => id === document.id);
    if (drink) assembly.menu.push(soldOutAsNow(drink, groups));
  };
  for (const { stored, checked } of all) {
    if ("problems" in checked) {
      reject(stored, checked.problems);
      const person = last.staff?.people.find(({ phone }) => `staff:${phone}` === stored.id);
      const left = person && rolesLeft(person, stored);
      if (left) assembly.people.push(left);
      continue;
    }
    const { document } = checked;
    if (document.kind === "store") {
      assembly.store = storePart.parse(document);
      assembly.doors = doorRules.parse(document);
    } else if (document.kind === "drink") {
      const resolved = withGroups(document, groups);
      if ("problems" in resolved) reject(stored, resolved.problems);
      else assembly.menu.push(resolved.drink);
    } else if (document.kind === "staff")
      assembly.people.push({ phone: document.phone, name: document.name, roles: document.roles });
  }
  const { store, doors } = assembly;
  if (store && doors) assembly.store = { ...storePart.parse(store), ...openingOf(doors, now) };
  assembly.menu.sort((a, b) => a.position - b.position || compare(a.id, b.id));
  assembly.groups.sort((a, b) => compare(a.id, b.id));
  assembly.people.sort((a, b) => compare(a.phone, b.phone));
  return assembly;
}

/**
 * What a person keeps while their document has a mistake: the roles that it still names. Who takes a role, the number or all of it away means that, whatever
 * else is wrong with the document.
 */
function rolesLeft(person: Person, { kind, phone, roles }: Stored): Person | undefined {
  return withRolesOf(person, kind === "staff" && phone === person.phone && Array.isArray(roles) ? roles : []);
}

/**
 * The documents as read, brought up to the versions that the change feed just told of: a read may come from a copy of the
 * data that lags behind the feed. Of two of the same second see {@link isTied}. Pure.
 */
export function newest(read: Stored[], told: Stored[]): Stored[] {
  const documents = new Map(read.map((document) => [document.id, document]));
  for (const document of told) {
    const known = documents.get(document.id);
    if (known === undefined || known._ts < document._ts) documents.set(document.id, document);
  }
  return [...documents.values()];
}

/**
 * Whether a version that the change feed told of and another that was read are of the same second: which is newer cannot be told. The feed's, where the read lags behind it; the
 * other, where somebody wrote it since. Pure.
 */
export function isTied(read: Stored[], told: Stored[]): boolean {
  const documents = new Map(read.map((document) => [document.id, document]));
  return told.some(({ id, _ts, _etag }) => {
    const known = documents.get(id);
    return known !== undefined && known._ts === _ts && known._etag !== _etag;
  });
}

// By code point, so that the same documents make the same page on every machine.
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
