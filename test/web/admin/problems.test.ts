import { expect, test } from "vitest";
import { configDocument } from "../../../contracts/documents.ts";
import { problemsOf } from "../../../contracts/events.ts";
import { drinkDocument, drinkDraft, drinkField, move } from "../../../web/admin/drink-draft.ts";
import { byField, steps, without } from "../../../web/admin/problems.ts";
import { staffDocument, staffDraft, staffField } from "../../../web/admin/staff-draft.ts";
import { storeDocument, storeDraft, storeField } from "../../../web/admin/store-draft.ts";
import { drink, staff, store } from "./documents.ts";

/** What the server would answer. */
function problems(document: unknown) {
  const parsed = configDocument.safeParse(document);
  return parsed.success ? [] : problemsOf(parsed.error);
}

test("a path is read step by step", () => {
  expect(steps("options[0].choices[12].name")).toEqual(["options", 0, "choices", 12, "name"]);
  expect(steps("")).toEqual([]);
});

test("each problem that the server finds in a drink stands at the field it is about", () => {
  const draft = drinkDraft(drink);
  const [size, milk] = draft.options;
  if (size === undefined || milk === undefined) throw new Error("the drink has two questions");
  draft.slug = "No";
  draft.name = "";
  draft.position = "soon";
  size.name = " ";
  size.choices = [];
  milk.id = "size";
  milk.default = "";
  const oat = milk.choices[1];
  if (oat === undefined) throw new Error("there are two milks");
  oat.name = "";
  const sorted = byField(problems(drinkDocument(draft, "main")), (path) => drinkField(draft, path));
  expect(sorted[""]).toBeUndefined();
  expect(Object.keys(sorted)).toEqual(
    expect.arrayContaining(["name", "position", `${size.key}.name`, `${size.key}.choices`, `${oat.key}.name`]),
  );
  // What is wrong with an id stands at the name that it is made of.
  expect(sorted.name).toContain("is empty");
});

test("the same id twice and a missing default are told where they can be mended", () => {
  const draft = drinkDraft(drink);
  const [size, milk] = draft.options;
  if (size === undefined || milk === undefined) throw new Error("the drink has two questions");
  milk.id = "size";
  expect(byField(problems(drinkDocument(draft, "main")), (path) => drinkField(draft, path))).toEqual({
    options: ["has the same id twice"],
  });
  milk.id = "milk";
  milk.default = "";
  expect(Object.keys(byField(problems(drinkDocument(draft, "main")), (path) => drinkField(draft, path)))).toEqual([
    `${milk.key}.default`,
  ]);
});

test("a message stays with its line when the line is moved", () => {
  const draft = drinkDraft(drink);
  const size = draft.options[0];
  const sorted = byField([{ path: "options[0].name", message: "is empty" }], (path) => drinkField(draft, path));
  move(draft.options, 0, 1);
  expect(draft.options[1]).toBe(size);
  expect(sorted[`${size?.key}.name`]).toEqual(["is empty"]);
});

test("what belongs to no field is told at the top, with its path", () => {
  const draft = drinkDraft(drink);
  const fieldOf = (path: string) => drinkField(draft, path);
  expect(byField([{ path: "storeId", message: "must be main" }], fieldOf)).toEqual({ "": ["storeId must be main"] });
  expect(byField([{ path: "", message: 'Unrecognized key: "nmae"' }], fieldOf)).toEqual({
    "": ['Unrecognized key: "nmae"'],
  });
  expect(byField([{ path: "options[7].name", message: "is empty" }], fieldOf)[""]).toHaveLength(1);
});

test("every setting of a store has a field for its problems", () => {
  const draft = storeDraft({});
  const sorted = byField(problems(storeDocument({ ...draft, limited: true }, "main")), (path) =>
    storeField(draft, path),
  );
  expect(Object.keys(sorted).sort()).toEqual(
    Object.keys(store)
      .filter((field) => !["id", "kind", "storeId", "open"].includes(field))
      .sort(),
  );
});

test("a person's wrong number and missing roles stand at their fields", () => {
  const draft = { ...staffDraft(staff), phone: "12", admin: false, barista: false };
  const sorted = byField(problems(staffDocument(draft, "main")), (path) => staffField(draft, path));
  expect(Object.keys(sorted).sort()).toEqual(["phone", "roles"]);
});

test("mending a field takes only its own messages away", () => {
  expect(without({ name: ["is empty"], slug: ["is taken"] }, "name")).toEqual({ slug: ["is taken"] });
});
