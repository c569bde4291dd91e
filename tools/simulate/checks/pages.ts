import { isDeepStrictEqual } from "node:util";
import type { CatalogPage, StaffPage } from "../../../contracts/catalog.ts";
import { assemble, type Published } from "../../../functions/config/assemble.ts";
import type { Stored } from "../../../functions/config/check.ts";
import type { World } from "../world.ts";
import type { Check } from "./look.ts";

/** A sweep publishes timed changes each minute; in ms. */
const sweptWithin = 61_000;

/** The published page matches the owner's documents, and the store is open or closed by its hours and switches of now or of a minute ago. */
export const pages: Check = ({ world, played: { store } }) => pagesOf(world, store);

/** The same check for any store, including one that was created meanwhile. */
export function pagesOf(world: World, store: string): string[] {
  const documents = world.documents<Stored>("config", store);
  const [page] = world.documents<CatalogPage & NonNullable<Published["page"]>>("catalog", store, "c.id = 'page'");
  const [staff] = world.documents<StaffPage>("catalog", store, "c.id = 'staff'");
  // Others may have moved the clock since the day was looked at.
  const now = world.azure.clock.now();
  const [is, was] = [now, now - sweptWithin].map((at) => assemble(documents, { page, staff }, at));
  const differs = (what: string, shown: unknown, ...said: unknown[]) =>
    said.some((one) => isDeepStrictEqual(shown, one))
      ? []
      : [`Published as ${what} is ${JSON.stringify(shown)}; the documents say ${JSON.stringify(said[0])}.`];
  return [
    ...differs("the store", page?.store, is?.store, was?.store),
    ...differs("the menu", page?.menu, is?.menu),
    ...differs("who works there", staff?.people, is?.people),
  ];
}
