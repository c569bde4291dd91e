import type { MenuDrink } from "../../contracts/catalog.ts";
import type { SharedGroup } from "../../contracts/options.ts";
import type { Problems } from "./check.ts";
import { type Person, withRolesOf } from "./roles-left.ts";

/**
 * So many bytes a menu may have as it is published. The page is written three times in one batch (itself, and two events that hold it), of which Cosmos DB takes
 * 2 MB; an event and a message to screens may have 1 MB. It is enough for some hundred drinks with all their options, in every language.
 */
const mostMenu = 500_000;

type Menu = { menu: MenuDrink[]; groups: SharedGroup[] };

const isTooLarge = ({ menu, groups }: Menu): boolean => Buffer.byteLength(JSON.stringify([menu, groups])) > mostMenu;

/** What is wrong with a menu that is too large, told of the store: no drink is to blame more than others. Pure. */
export function problemsOfSize(menu: Menu): Problems {
  if (!isTooLarge(menu)) return [];
  const message = `has a menu that is too large: all drinks together may have ${mostMenu / 1000} kB`;
  return [{ path: "", message, mistake: "menu-too-large" }];
}

/** So many people a store's list may have: it is one document, which is read whenever somebody works or hears of it. */
const mostPeople = 500;

/** What is wrong with a list of people that is too long, told of the store as the menu's size is. Pure. */
export function problemsOfPeople({ length }: { readonly length: number }): Problems {
  if (length <= mostPeople) return [];
  const message = `has too many people on its list: ${length}, and ${mostPeople} are the most`;
  return [{ path: "", message, mistake: "too-many", limit: mostPeople }];
}

/**
 * Who of those that were published last works here still, and as what of it: nobody keeps a role because the list is too long, and nobody gets one, unless there were no admin left to
 * make it shorter. Pure.
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
