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

/** What should be published now. If `store` is missing, there is no page, since the store's document was never valid. */
export interface Assembly {
  store: CatalogPage["store"] | undefined;
  /** The rules for opening and closing. */
  doors: DoorRules | undefined;
  menu: MenuDrink[];
  /** The shared option groups, each as its valid document or its last valid version. */
  groups: SharedGroup[];
  people: Person[];
  rejected: { document: Stored; problems: Problems }[];
}

/**
 * Combines a store's documents with what was published last. An invalid document is replaced by its last valid version, if there is one; a person then keeps
 * only the roles that the document still has. A deleted document is left out, except for the store itself, since there is no page without it. A drink that
 * names a deleted group counts as invalid, so it keeps its last valid version. The store opens and closes by its rules in any case. Pure.
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
  if (store && doors) assembly.store = { ...settingsOf(store), ...openingOf(doors, now) };
  assembly.menu.sort((a, b) => a.position - b.position || compare(a.id, b.id));
  assembly.groups.sort((a, b) => compare(a.id, b.id));
  assembly.people.sort((a, b) => compare(a.phone, b.phone));
  return assembly;
}

/** The settings alone, without what follows from the hours. They are not validated: those of the last page may be from another version of this application. */
function settingsOf(store: CatalogPage["store"]): z.infer<typeof storePart> {
  const known = Object.entries(store).filter(([name]) => name in storeSettings);
  return Object.fromEntries(known) as z.infer<typeof storePart>;
}

/**
 * A person with an invalid document keeps the roles that it still names. Whoever removed a role, the number or all roles from it meant that, whatever else is
 * wrong with the document.
 */
function rolesLeft(person: Person, { kind, phone, roles }: Stored): Person | undefined {
  return withRolesOf(person, kind === "staff" && phone === person.phone && Array.isArray(roles) ? roles : []);
}

/**
 * The documents that were read, with newer versions from the change feed, since a read may come from a replica that lags behind the feed. For two versions of
 * the same second see {@link isTied}. Pure.
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
 * Whether a version from the change feed and a different one that was read have the same second. Then it is unknown which is newer: that of the feed if the
 * read lags behind it, the other if it was written since. Pure.
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
