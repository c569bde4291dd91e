import type { CatalogPage, MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { firstOf, readerLanguages } from "./intl.ts";

/** Texts that the owner may have written in several languages. */
interface Said {
  name: string;
  texts?: Partial<Record<string, object>> | undefined;
}

/** Replaces the document's own texts with those in the screen's language; texts without a translation stay. */
function inReadersWords<T extends Said>(thing: T): T {
  const { texts } = thing;
  if (texts === undefined) return thing;
  const language = firstOf(Object.keys(texts), readerLanguages().slice(0, 1));
  return language === undefined ? thing : { ...thing, ...texts[language] };
}

/** A page as it is shown: with the owner's names in the screen's language, and the document's own where there are none. */
export function shownPage(page: CatalogPage): CatalogPage {
  return { ...page, store: inReadersWords(page.store), menu: page.menu.map(shownDrink) };
}

function shownDrink(drink: MenuDrink): MenuDrink {
  const options = drink.options.map((group) => ({
    ...inReadersWords(group),
    choices: group.choices.map((choice) => inReadersWords(choice)),
  }));
  return { ...inReadersWords(drink), options };
}

/** The names of what was ordered, in the screen's language if the menu still has them, else as they were then. @param page as it is shown */
export function shownOrder(
  { drink, options = [] }: Pick<OrderView, "drink" | "options">,
  page: { menu: readonly MenuDrink[] } | undefined,
): { drink: string; options: string[] } {
  const now = page?.menu.find(({ id }) => id === drink?.id);
  return {
    drink: now?.name ?? drink?.name ?? "",
    options: options.map(({ group, choice, choiceName }) => {
      const offered = now?.options.find(({ id }) => id === group)?.choices;
      return offered?.find(({ id }) => id === choice)?.name ?? choiceName;
    }),
  };
}

/** The ordered drink, named in the same way. */
export function shownDrinkOf(
  order: Pick<OrderView, "drink">,
  page: { menu: readonly MenuDrink[] } | undefined,
): OrderView["drink"] {
  return order.drink && { ...order.drink, name: shownOrder(order, page).drink };
}
