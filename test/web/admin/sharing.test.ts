import { expect, test } from "vitest";
import { drinkDocument, optionsDocument } from "../../../contracts/documents.ts";
import { withGroups } from "../../../functions/config/groups.ts";
import { offers } from "../../../web/admin/sharing.ts";
import { drink, sharedMilk } from "./documents.ts";

const milk = (ids: string[], usual: string, change: object = {}) => ({
  id: "milk",
  name: "Milk",
  choose: "one",
  choices: ids.map((id) => ({ id, name: { none: "No milk", whole: "Whole", oat: "Oat" }[id] ?? id })),
  default: usual,
  ...change,
});
const having = (name: string, ...options: object[]) => ({
  document: { ...drink, id: `drink:${name}`, name, options },
  etag: `"${name}"`,
  problems: [],
});

test("what drinks have each for themselves in the same words is offered as one, and each keeps what it offers and takes", () => {
  const drinks = [
    having("latte", milk(["whole", "oat"], "whole")),
    having("mocha", milk(["whole", "oat"], "whole")),
    having("americano", milk(["none", "whole", "oat"], "none")),
  ];
  const [offer, ...others] = offers(drinks, [], "main");
  expect(others).toEqual([]);
  const group = optionsDocument.parse(offer?.group?.document);
  expect(group).toMatchObject({
    id: "options:milk",
    default: "whole",
    choices: [{ id: "none" }, { id: "whole" }, { id: "oat" }],
  });
  for (const [at, { document, etag }] of (offer?.drinks ?? []).entries()) {
    const resolved = withGroups(drinkDocument.parse(document), new Map([[group.id, group]]));
    if ("problems" in resolved) return expect.unreachable(JSON.stringify(resolved.problems));
    const [{ shared, ...now } = { shared: undefined }] = resolved.drink.options;
    expect(shared).toBe("options:milk");
    expect(now).toEqual(drinks[at]?.document.options[0]);
    expect(etag).toBe(drinks[at]?.etag);
  }
});

test("what is sold out in one is sold out in the shared one: nobody is sold what is not there", () => {
  const out = milk(["whole", "oat"], "whole");
  const [offer] = offers(
    [
      having("latte", out),
      having("mocha", { ...out, choices: out.choices.map((choice) => ({ ...choice, available: false })) }),
    ],
    [],
    "main",
  );
  expect(offer?.group?.document.choices).toEqual(out.choices.map((choice) => ({ ...choice, available: false })));
});

const german = (name: string) => ({ texts: { de: { name } } });
const arabic = (name: string) => ({ texts: { ar: { name } } });

test("translations stay when a question is shared: of the first drink that has one in a language", () => {
  const plain = milk(["whole", "oat"], "whole");
  const [whole, oat] = plain.choices;
  const drinks = [
    having("latte", plain),
    having("mocha", { ...plain, ...german("Milch"), choices: [whole, { ...oat, ...german("Hafer") }] }),
    having("chai", { ...plain, texts: { de: { name: "Sorte" }, ar: { name: "حليب" } } }),
  ];
  const [offer] = offers(drinks, [], "main");
  expect(optionsDocument.parse(offer?.group?.document)).toMatchObject({
    texts: { de: { name: "Milch" }, ar: { name: "حليب" } },
    choices: [whole, { ...oat, ...german("Hafer") }],
  });
});

test("a shared question that is there gets the translations that it lacks and the drink has, and what is sold out there; its own words stay", () => {
  const document = { ...sharedMilk, ...german("Milch") };
  const group = { document, etag: '"1"', problems: [] };
  const own = milk(["whole", "oat"], "whole", german("Sorte"));
  const [whole, oat] = own.choices;
  const drink = having("latte", { ...own, choices: [{ ...whole, ...arabic("كامل"), available: false }, oat] });
  const [none, , out] = sharedMilk.choices;
  expect(offers([drink], [group], "main")[0]?.group).toEqual({
    document: {
      ...document,
      choices: [none, { id: "whole", name: "Whole", ...arabic("كامل"), available: false }, out],
    },
    etag: '"1"',
  });
});

test("a shared question that is there is taken by one drink too, as far as it is the same", () => {
  const group = { document: sharedMilk, etag: "", problems: [] };
  const own = milk(["whole", "oat"], "oat");
  expect(offers([having("latte", own)], [group], "main")).toMatchObject([
    {
      id: "options:milk",
      drinks: [{ document: { options: [{ shared: "options:milk", default: "oat", without: ["none"] }] } }],
    },
  ]);
  expect(offers([having("latte", own)], [group], "main")[0]).not.toHaveProperty("group");
  expect(offers([having("latte", milk(["whole", "goat"], "whole"))], [group], "main")).toEqual([]);
});

test("two questions of one id are two offers, which are told apart: a list with one key twice takes down the whole app", () => {
  const named = (name: string) => milk(["whole", "oat"], "whole", { name });
  const drinks = [
    ...["latte", "mocha"].map((id) => having(id, named("Milk"))),
    ...["chai", "matcha"].map((id) => having(id, named("Drink"))),
  ];
  const offered = offers(drinks, [], "main");
  expect(offered.map(({ id, name }) => [id, name])).toEqual([
    ["options:milk", "Milk"],
    ["options:milk", "Drink"],
  ]);
  expect(new Set(offered.map(({ key }) => key)).size).toBe(2);
});

test.each([
  ["one alone", [having("latte", milk(["whole"], "whole"))]],
  [
    "other words",
    [having("latte", milk(["whole"], "whole")), having("mocha", milk(["whole"], "whole", { name: "Milk?" }))],
  ],
  ["another order", [having("latte", milk(["oat", "whole"], "oat")), having("mocha", milk(["whole", "oat"], "oat"))]],
  [
    "an id that no document could have",
    ["a", "b"].map((name) => having(name, milk(["whole"], "whole", { id: "m".repeat(41) }))),
  ],
  [
    "a mistake",
    ["a", "b"].map((name) => ({ ...having(name, milk([], "whole")), problems: [{ path: "", message: "is wrong" }] })),
  ],
])("nothing is offered for %s", (_what, drinks) => {
  expect(offers(drinks, [], "main")).toEqual([]);
});
