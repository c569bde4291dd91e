import type { CatalogPage, StaffPage } from "../../../contracts/catalog.ts";
import type { Look } from "./look.ts";
import { pagesOf } from "./pages.ts";

/** Everyone who created another store has exactly one, complete and with themselves as admin; each page matches its documents. */
export function otherStores(looks: readonly Look[]): string[] {
  const [first] = looks;
  if (first === undefined) return [];
  const { world, played } = first;
  const { wished } = played.otherStores;
  const there = new Set(["main", ...looks.map((look) => look.played.store)]);
  const made = world.stores().filter((store) => !there.has(store));
  const wrong: string[] = [];
  if (made.length > wished.length) wrong.push(`${wished.length} stores were wanted, and there are ${made.join(", ")}.`);
  for (const { storeId, phone, menuOf } of wished) {
    if (storeId === undefined) continue;
    if (wished.filter((one) => one.storeId === storeId).length > 1) wrong.push(`${storeId} was given to two.`);
    const [page] = world.documents<CatalogPage>("catalog", storeId, "c.id = 'page'");
    const [staff] = world.documents<StaffPage>("catalog", storeId, "c.id = 'staff'");
    if (page === undefined) wrong.push(`${storeId} was made, and there is none.`);
    else if (page.store.open) wrong.push(`${storeId} is new, and open.`);
    else if (page.menu.length > 0 !== (menuOf !== undefined))
      wrong.push(`${storeId} was to have the menu of ${menuOf ?? "nobody"}, and has ${page.menu.length} drinks.`);
    if (staff?.people.map((person) => person.phone).join() !== phone)
      wrong.push(`${storeId} is to be run by ${phone}, and has ${JSON.stringify(staff?.people)}.`);
  }
  return [...wrong, ...made.flatMap((store) => pagesOf(world, store).map((words) => `${store}: ${words}`))];
}
