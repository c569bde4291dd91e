import type { MenuDrink } from "../../contracts/catalog.ts";
import type { SharedGroup } from "../../contracts/options.ts";
import type { Problems } from "./check.ts";

/**
 * So many bytes a menu may have as it is published. The page is written three times in one batch (itself, and two events that hold it), of which Cosmos DB takes
 * 2 MB; an event and a message to screens may have 1 MB. It is enough for some hundred drinks with all their options, in every language.
 */
export const mostMenu = 500_000;

type Menu = { menu: MenuDrink[]; groups: SharedGroup[] };

const isTooLarge = ({ menu, groups }: Menu): boolean => Buffer.byteLength(JSON.stringify([menu, groups])) > mostMenu;

/** What is wrong with a menu that is too large, told of the store: no drink is to blame more than others. Pure. */
export function problemsOfSize(menu: Menu): Problems {
  if (!isTooLarge(menu)) return [];
  const message = `has a menu that is too large: all drinks together may have ${mostMenu / 1000} kB`;
  return [{ path: "", message, mistake: "menu-too-large" }];
}
