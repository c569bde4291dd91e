import { afterEach, expect, test } from "vitest";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { drinkDocument as drinkSchema } from "../../contracts/documents.ts";
import type { OrderView } from "../../contracts/order.ts";
import { drinkDocument, drinkDraft } from "../../web/admin/drink-draft.ts";
import { allDay } from "../../web/barista/all-day.ts";
import { labelOf } from "../../web/barista/label.ts";
import { optionsOf } from "../../web/barista/options.ts";
import { shownDrinkOf, shownOrder, shownPage } from "../../web/lib/own-words.ts";
import { begin } from "../../web/lib/texts.ts";

afterEach(() => begin({ language: "en" }));

const milk = {
  id: "milk",
  name: "Milk",
  texts: { de: { name: "Milch" } },
  choose: "one",
  choices: [{ id: "oat", name: "Oat", texts: { de: { name: "Hafer" } } }],
  default: "oat",
};
const latte = {
  id: "drink:latte",
  kind: "drink",
  storeId: "main",
  name: "Latte",
  description: "mild",
  texts: { de: { name: "Milchkaffee" }, ar: { description: "خفيف" } },
  icon: "cup",
  available: true,
  position: 1,
  options: [milk],
};
const page = {
  store: { name: "Main stand", texts: { de: { name: "Hauptstand" } } },
  menu: [latte],
} as unknown as CatalogPage;

test("names are shown in the language of the screen, where the owner gave them, and as the document has them elsewhere", async () => {
  await begin({ language: "de", told: ["de-AT", "en"] });
  const shown = shownPage(page);
  expect([shown.store.name, shown.menu[0]?.name, shown.menu[0]?.description]).toEqual([
    "Hauptstand",
    "Milchkaffee",
    "mild",
  ]);
  expect([shown.menu[0]?.options[0]?.name, shown.menu[0]?.options[0]?.choices[0]?.name]).toEqual(["Milch", "Hafer"]);
  const order = {
    drink: { id: "drink:latte", name: "Latte", icon: "cup" },
    options: [{ group: "milk", groupName: "Milk", choice: "oat", choiceName: "Oat" }],
  } as OrderView;
  expect(shownOrder(order, shown)).toEqual({ drink: "Milchkaffee", options: ["Hafer"] });
  expect(labelOf(order, { ...shown, store: shown.store.name })).toMatchObject({
    drink: "Milchkaffee",
    store: "Hauptstand",
  });
  expect(optionsOf(order, shown.menu)).toEqual([{ name: "Hafer", notable: false }]);
  expect(allDay([{ ...order, state: "queued" }], shown.menu)).toEqual([
    { key: "drink drink:latte", kind: "drink", name: "Milchkaffee", count: 1 },
  ]);
  expect(shownDrinkOf(order, shown)).toEqual({ ...order.drink, name: "Milchkaffee" });
  // What the menu has no more is called what it was called then.
  expect(shownOrder(order, { ...shown, menu: [] })).toEqual({ drink: "Latte", options: ["Oat"] });

  // Another language of the reader's says nothing here: the document may well be in the one that is spoken.
  await begin({ language: "en", told: ["en-GB", "de"] });
  expect(shownPage(page).menu[0]?.name).toBe("Latte");
});

test("what is said in other languages goes through the form as it is, and what is emptied there is gone", () => {
  expect(drinkSchema.safeParse(latte).success).toBe(true);
  expect(drinkDocument(drinkDraft(latte), "main")).toEqual(latte);
  const draft = drinkDraft(latte);
  for (const said of Object.values(draft.texts)) Object.assign(said, { name: " ", description: "" });
  expect(drinkDocument(draft, "main")).not.toHaveProperty("texts");
});

test.each([
  [{ fr: { name: "Café au lait" } }, "texts"],
  [{ de: { name: "" } }, "texts.de.name"],
  [{ de: { name: "x".repeat(41) } }, "texts.de.name"],
  [{ de: { label: "Milchkaffee" } }, "texts.de"],
])("a drink with the texts %j is refused, and it is told where", (texts, path) => {
  const { error } = drinkSchema.safeParse({ ...latte, texts });
  expect(error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});
