import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogPage } from "../../../contracts/catalog.ts";
import { assemble, type Published } from "../../../functions/config/assemble.ts";
import { checkDocument, type Stored } from "../../../functions/config/check.ts";
import { drink, store, stored } from "./documents.ts";

const at = Date.parse("2026-06-15T10:00:00Z");
const milk = (change: Record<string, unknown> = {}) => ({
  id: "options:milk",
  kind: "options",
  storeId: "main",
  name: "Milk",
  choose: "one",
  choices: [
    { id: "none", name: "No milk" },
    { id: "whole", name: "Whole" },
    { id: "oat", name: "Oat" },
  ],
  default: "whole",
  ...change,
});
const oatIsOut = {
  choices: milk().choices.map((choice) => (choice.id === "oat" ? { ...choice, available: false } : choice)),
};
const using = (name: string, use: object = {}) => drink(name, { options: [{ shared: "options:milk", ...use }] });
const published = ({ store, menu, groups }: ReturnType<typeof assemble>): Published => ({
  page: { ...(store && { store }), menu, groups } as NonNullable<Published["page"]>,
});
const assembled = (documents: (Record<string, unknown> & { id: string })[], last: Published = {}) =>
  assemble(
    documents.map((document) => stored(document)),
    last,
    at,
  );

const good = assembled([
  store(),
  using("latte", { without: ["none"] }),
  using("americano", { default: "none" }),
  milk(),
]);

describe("a group that drinks share", () => {
  test("is in each of them as that drink has it, with the id that orders name", () => {
    expect(good.rejected).toEqual([]);
    expect(good.menu.map(({ options }) => options)).toEqual([
      [{ ...milkOnMenu(), default: "none" }],
      [{ ...milkOnMenu(), choices: milk().choices.slice(1) }],
    ]);
  });

  test("is sold out in every drink at once, in one with a mistake too", () => {
    const broken = { ...using("latte"), name: "" };
    const now = assembled([store(), broken, using("americano", { default: "none" }), milk(oatIsOut)], published(good));
    expect(now.rejected).toHaveLength(1);
    for (const { options } of now.menu)
      expect(options[0]?.choices.find(({ id }) => id === "oat")).toEqual({ id: "oat", name: "Oat", available: false });
    const back = assembled([store(), broken, using("americano", { default: "none" }), milk()], published(now));
    expect(back.menu).toEqual(good.menu);
  });

  test("stays as it was while its document has a mistake, and drinks with it can still be changed", () => {
    const broken = milk({ choices: [] });
    const now = assembled([store(), { ...using("latte"), name: "Big Latte" }, broken], published(good));
    expect(now.rejected.map(({ document }) => document.id)).toEqual(["options:milk"]);
    expect(now.menu).toMatchObject([{ name: "Big Latte", options: [milkOnMenu()] }]);
    expect(now.groups).toEqual(good.groups);
  });
});

const milkOnMenu = () => {
  const { kind: _, storeId: __, ...group } = milk();
  return { ...group, id: "milk", shared: "options:milk" };
};

describe("a drink that names a group", () => {
  const problemsOf = (use: object, ...groups: ReturnType<typeof milk>[]) => {
    const now = assembled([store(), using("latte", use), ...groups], published(good));
    // What was good last stays.
    expect(now.menu).toEqual(good.menu.slice(1));
    return now.rejected.flatMap(({ problems }) => problems.map(({ path, mistake }) => [path, mistake]));
  };

  test.each([
    ["that is gone", {}, [], ["options[0].shared", "lost-group"]],
    ["that was renamed", {}, [milk({ id: "options:milks" })], ["options[0].shared", "lost-group"]],
    ["and leaves out all of it", { without: ["none", "whole", "oat"] }, [milk()], ["options[0].without", "too-few"]],
    ["and leaves out what is taken", { without: ["whole"] }, [milk()], ["options[0].default", "lost-default"]],
    ["with a default that it lacks", { default: "soy" }, [milk()], ["options[0].default", "lost-default"]],
    ["by what is no name of one", { shared: "milk" }, [milk()], ["options[0].shared", "form"]],
    ["with a field of its own beside", { name: "Milk" }, [milk()], ["options[0]", "unknown-field"]],
  ] as const)("%s keeps its last good form, and says why", (_what, use, groups, problem) => {
    expect(problemsOf(use, ...([...groups] as ReturnType<typeof milk>[]))).toEqual([problem]);
  });

  test("beside one of its own with the same id is refused", () => {
    const own = { id: "milk", name: "Milk", choose: "any", choices: [{ id: "oat", name: "Oat" }] };
    const twice = drink("latte", { options: [own, { shared: "options:milk" }] });
    expect(checkDocument(twice)).toMatchObject({ problems: [{ path: "options", mistake: "twice" }] });
  });
});

test("a group names no other: there can be no circle", () => {
  expect(checkDocument(milk({ shared: "options:milk" }))).toMatchObject({ problems: [{ mistake: "unknown-field" }] });
});

describe("whatever people write", () => {
  const ids = ["none", "whole", "oat", "soy"];
  const choices = fc
    .subarray(ids, { minLength: 0 })
    .chain((some) =>
      fc.tuple(
        ...some.map((id) =>
          fc.record(
            { id: fc.constant(id), name: fc.constant(id), available: fc.boolean() },
            { requiredKeys: ["id", "name"] },
          ),
        ),
      ),
    );
  const group = fc.record({
    id: fc.constantFrom("options:milk", "options:size"),
    kind: fc.constant("options"),
    storeId: fc.constant("main"),
    name: fc.constantFrom("Milk", ""),
    choose: fc.constantFrom("one", "any"),
    choices,
    default: fc.constantFrom(...ids),
  });
  const use = fc.record(
    {
      shared: fc.constantFrom("options:milk", "options:size", "options:gone"),
      default: fc.constantFrom(...ids),
      without: fc.subarray(ids),
    },
    { requiredKeys: ["shared"] },
  );
  const drinks = fc
    .array(fc.array(use, { maxLength: 2 }), { maxLength: 3 })
    .map((all) => all.map((options, index) => drink(`d${index}`, { options })));
  const stand = fc
    .tuple(drinks, fc.uniqueArray(group, { selector: ({ id }) => id, maxLength: 2 }))
    .map(([all, groups]): Stored[] => [store(), ...all, ...groups].map((document) => stored(document)));

  test("what is published has no group without its choices, nor a default that cannot be chosen", () => {
    fc.assert(
      fc.property(fc.array(stand, { minLength: 1, maxLength: 4 }), (edits) => {
        let last: Published = {};
        for (const documents of edits) {
          const now = assemble(documents, last, at);
          // The page's own rules hold a default to its choices, and forbid what screens would not understand.
          const page = {
            storeId: "main",
            version: 1,
            publishedAt: new Date(at).toISOString(),
            store: now.store,
            menu: now.menu,
          };
          expect(catalogPage.safeParse(page).error).toBeUndefined();
          const there = new Set(documents.map(({ id }) => id));
          for (const { id } of now.groups) expect(there).toContain(id);
          // Nobody is left out in silence: a drink is as it was written, or was rejected.
          for (const { id } of documents.filter(({ kind }) => kind === "drink"))
            expect(
              now.menu.some((one) => one.id === id) || now.rejected.some(({ document }) => document.id === id),
            ).toBe(true);
          // The same documents again change nothing.
          const again = assemble(documents, published(now), at);
          expect([again.menu, again.groups]).toEqual([now.menu, now.groups]);
          last = published(now);
        }
      }),
    );
  });
});
