import { expect, test } from "vitest";
import { configDocument } from "../../../contracts/documents.ts";
import { slug } from "../../../contracts/slug.ts";
import { drinkDocument, drinkDraft, isShared, move, optionsSummary, places } from "../../../web/admin/drink-draft.ts";
import { rename } from "../../../web/admin/group-draft.ts";
import { freeId, idOf } from "../../../web/admin/ids.ts";
import { whole } from "../../../web/admin/loose.ts";
import { optionsDocument, optionsDraft } from "../../../web/admin/options-draft.ts";
import { staffDocument, staffDraft } from "../../../web/admin/staff-draft.ts";
import { storeDocument, storeDraft } from "../../../web/admin/store-draft.ts";
import { drink, sharedMilk, sharing, staff, store } from "./documents.ts";

test("a document that is opened and saved unchanged is the same, and the server takes it", () => {
  for (const [document, again] of [
    [drink, drinkDocument(drinkDraft(drink), "main")],
    [sharing, drinkDocument(drinkDraft(sharing), "main")],
    [sharedMilk, optionsDocument(optionsDraft(sharedMilk), "main")],
    [store, storeDocument(storeDraft(store), "main")],
    [{ ...store, ordersPerDay: null }, storeDocument(storeDraft({ ...store, ordersPerDay: null }), "main")],
    [staff, staffDocument(staffDraft(staff), "main")],
  ] as const) {
    expect(again).toEqual(document);
    expect(configDocument.safeParse(again).success).toBe(true);
  }
});

test("whatever was written by hand can be opened, and what does not belong there is gone when it is saved", () => {
  const draft = drinkDraft({
    id: "drink:x",
    kind: "drink",
    options: [null, { choices: "none" }],
    nmae: "X",
    position: "7",
  });
  expect(draft).toMatchObject({ slug: "x", name: "", position: "7", available: false });
  expect(draft.options).toHaveLength(2);
  expect(Object.keys(drinkDocument(draft, "main"))).not.toContain("nmae");
  expect(drinkDraft({ id: "drink:x", options: { size: 1 } }).options).toEqual([]);
  expect(storeDraft({}).capacity).toBe("");
  expect(staffDraft({ id: "staff:+14255550100", roles: "admin" })).toMatchObject({
    phone: "+14255550100",
    admin: false,
  });
});

test("a default follows its choice when that gets another id, and is left out where several may be chosen", () => {
  const draft = drinkDraft(drink);
  const milk = draft.options[1];
  if (milk === undefined || isShared(milk)) throw new Error("the drink has two questions");
  const oat = milk.choices[1];
  if (oat === undefined) throw new Error("there are two milks");
  milk.default = oat.key;
  oat.id = "oat-drink";
  expect(drinkDocument(draft, "main").options).toMatchObject([{ default: "regular" }, { default: "oat-drink" }]);
  milk.choose = "any";
  expect((drinkDocument(draft, "main").options as object[])[1]).not.toHaveProperty("default");
});

test("a line is moved to another place, and the others close up", () => {
  const lines = ["a", "b", "c"];
  move(lines, 0, 2);
  expect(lines).toEqual(["b", "c", "a"]);
  move(lines, 2, 1);
  expect(lines).toEqual(["b", "a", "c"]);
});

test("the id of a new line follows its name and is not one that is taken; one that was saved stays", () => {
  const line = { id: "", name: "", fresh: true as const };
  rename(line, "Oat milk", [{ id: "oat-milk" }], "choice");
  expect(line).toMatchObject({ id: "oat-milk-2", name: "Oat milk" });
  rename(line, "Oat drink", [{ id: "oat-milk" }], "choice");
  expect(line.id).toBe("oat-drink");
  // Saved ones are named by orders, by figures and by what is sold out.
  const saved = { id: "oat-milk", name: "Oat milk" };
  rename(saved, "Oat", [], "choice");
  expect(saved).toEqual({ id: "oat-milk", name: "Oat" });
  // Nobody sees ids, so a name that none can be made of gets one all the same, and one that is none is mended with the name.
  const coffee = { id: "", name: "", fresh: true as const };
  rename(coffee, "カプチーノ", [], "choice");
  expect(coffee.id).toBe(idOf("カプチーノ", "choice"));
  rename(coffee, "Latte", [], "choice");
  expect(coffee.id).toBe("latte");
  const broken = { id: "No Id!", name: "Milk" };
  rename(broken, "Oat", [], "choice");
  expect(broken.id).toBe("oat");
  expect(freeId("a".repeat(40), [{ id: "a".repeat(40) }])).toMatch(/^[a-z0-9-]{1,40}$/);
});

test("another name is another id, also where ids lack its letters: equal ids are sold out together, and orders of the one are shown as the other", () => {
  const names = ["大小", "牛奶", "حليب", "الحجم", "Молоко", "Размер", "की", "का", "☕", "🍵", "!!!", "???"];
  const mixed = [
    "大小 L",
    "牛奶 L",
    "L",
    "Øl",
    "Ål",
    "Smør",
    "Smår",
    "Tea",
    "Tea+",
    "Tea ☕",
    "Tea ²",
    "Latte",
    "Łatte",
  ];
  const ids = [...names, ...mixed].map((name) => idOf(name, "question"));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
  // The same name is one thing, in whichever drink and however it was typed.
  expect(idOf(" 大小  l ", "question")).toBe(idOf("大小 L", "question"));
  expect(idOf("가", "question")).toBe(idOf("가".normalize("NFD"), "question"));
  // Ids of names that can be read stay what they always were: drinks have them already.
  expect(["Crème brûlée, groß!", "Half & half", "Mom's 1/2"].map((name) => idOf(name, "drink"))).toEqual([
    "creme-brulee-gross",
    "half-half",
    "mom-s-1-2",
  ]);
  expect([idOf("", "drink"), idOf("  ", "drink")]).toEqual(["drink", "drink"]);
  const long = idOf(`${"a".repeat(38)} 茶`, "drink");
  expect(long).not.toBe(idOf(`${"a".repeat(38)} 乳`, "drink"));
  expect(freeId(long, [{ id: long }])).toBe(`${long}-2`);
});

test("a drink can be put before, between and behind the others, and stays where it is until then", () => {
  const others = [
    { name: "Latte", position: 20 },
    { name: "Espresso", position: 10 },
    { name: "Mocha", position: 21 },
  ];
  expect(places("10", others)).toEqual([
    { position: "10", after: undefined },
    { position: "15", after: "Espresso" },
    // Between 20 and 21 there is no room.
    { position: "31", after: "Mocha" },
  ]);
  expect(places("17", others).map(({ position }) => position)).toEqual(["0", "17", "31"]);
  expect(places("40", others).at(-1)).toEqual({ position: "40", after: "Mocha" });
  expect(places("10", [])).toEqual([{ position: "10", after: undefined }]);
});

test("a name becomes an id", () => {
  expect(slug("Crème brûlée, groß!")).toBe("creme-brulee-gross");
  expect(slug("コーヒー")).toBe("");
  expect(slug(`${"a".repeat(39)} b`)).toBe("a".repeat(39));
});

test("what is no number is sent as it was typed, so that the server can say what is wrong with it", () => {
  expect(["12", " 7 ", "1.5", "", "many"].map(whole)).toEqual([12, 7, 1.5, "", "many"]);
  // In the digits of the keyboard that it was typed on.
  expect(["٢٥", " ۷ ", "१२", "٢٥ مقعد"].map(whole)).toEqual([25, 7, 12, "٢٥ مقعد"]);
  const unlimited = storeDocument({ ...storeDraft(store), limited: true, ordersPerDay: "" }, "main");
  expect(configDocument.safeParse(unlimited).success).toBe(false);
});

test("a drink's questions are summed up by name, or by id where there is none", () => {
  const nameOf = (id: string) => (id === sharedMilk.id ? sharedMilk.name : "");
  expect(optionsSummary(drink, nameOf)).toBe("Size · Milk");
  expect(optionsSummary(sharing, nameOf)).toBe("Milk");
  expect(optionsSummary({ options: [{ id: "milk", name: "" }, {}, { shared: "options:gone" }] }, nameOf)).toBe("milk");
});
