import { isDeepStrictEqual } from "node:util";
import type { CatalogPage, StaffPage } from "../../../contracts/catalog.ts";
import { assemble, type Published } from "../../../functions/config/assemble.ts";
import type { Stored } from "../../../functions/config/check.ts";
import type { Check } from "./look.ts";

/** What is published is what the owner's documents say, and the doors stand as their hours and switches have them. */
export const pages: Check = ({ world, played: { store }, now }) => {
  const documents = world.documents<Stored>("config", store);
  const [page] = world.documents<CatalogPage & NonNullable<Published["page"]>>("catalog", store, "c.id = 'page'");
  const [staff] = world.documents<StaffPage>("catalog", store, "c.id = 'staff'");
  const said = assemble(documents, { page, staff }, now);
  const differs = (what: string, shown: unknown, is: unknown) =>
    isDeepStrictEqual(shown, is)
      ? []
      : [`Published as ${what} is ${JSON.stringify(shown)}; the documents say ${JSON.stringify(is)}.`];
  return [
    ...differs("the store", page?.store, said.store),
    ...differs("the menu", page?.menu, said.menu),
    ...differs("who works there", staff?.people, said.people),
  ];
};
