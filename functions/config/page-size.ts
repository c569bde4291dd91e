import type { MenuDrink } from "../../contracts/catalog.ts";
import type { SharedGroup } from "../../contracts/options.ts";
import type { Problems } from "./check.ts";
import { type Person, withRolesOf } from "./roles-left.ts";

/**
 * The limit of a published menu, in bytes. One batch contains the page three times (the page itself, and two events with it), and Cosmos DB limits a batch to
 * 2 MB. An event and a message to screens may have 1 MB. The limit is enough for some hundred drinks with all their options, in every language.
 */
const mostMenu = 500_000;

type Menu = { menu: MenuDrink[]; groups: SharedGroup[] };

const isTooLarge = ({ menu, groups }: Menu): boolean => Buffer.byteLength(JSON.stringify([menu, groups])) > mostMenu;

/** The problem of a menu that is too large. It is reported for the store, since no single drink causes it. Pure. */
export function problemsOfSize(menu: Menu): Problems {
  if (!isTooLarge(menu)) return [];
  const message = `has a menu that is too large: all drinks together may have ${mostMenu / 1000} kB`;
  return [{ path: "", message, mistake: "menu-too-large" }];
}

/** The limit of people in a store's list. The list is one document, which is read for the requests of staff and for messages to them. */
const mostPeople = 500;

/** The problem of a list of people that is too long, also reported for the store. Pure. */
export function problemsOfPeople({ length }: { readonly length: number }): Problems {
  if (length <= mostPeople) return [];
  const message = `has too many people on its list: ${length}, and ${mostPeople} are the most`;
  return [{ path: "", message, mistake: "too-many", limit: mostPeople }];
}

/**
 * The last published people with the roles that they still have, for a list that is too long. So roles still end, but nobody gets a new one, unless no
 * admin would be left to shorten the list. Pure.
 */
export function stillHere(last: readonly Person[], now: readonly Person[]): Person[] {
  const left = last.flatMap((person) => {
    return withRolesOf(person, now.find(({ phone }) => phone === person.phone)?.roles ?? []) ?? [];
  });
  if (left.some(isAdmin)) return left;
  const admins = now.filter(isAdmin).slice(0, mostPeople);
  return [...left.filter(({ phone }) => admins.every((admin) => admin.phone !== phone)), ...admins];
}

const isAdmin = ({ roles }: Person): boolean => roles.includes("admin");
