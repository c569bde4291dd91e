import { expect, test } from "vitest";
import { storeSettings } from "../../../contracts/documents.ts";
import { mistakes } from "../../../contracts/mistakes.ts";
import { checkDocument } from "../../../functions/config/check.ts";
import { drinkDocument, drinkDraft, drinkField, isShared, move } from "../../../web/admin/drink-draft.ts";
import type { GroupDraft } from "../../../web/admin/group-draft.ts";
import { days } from "../../../web/admin/hours-draft.ts";
import { byField, labelOf, nameOf, sentences, steps, without } from "../../../web/admin/problems.ts";
import { staffDocument, staffDraft, staffField } from "../../../web/admin/staff-draft.ts";
import { storeDocument, storeDraft, storeField, storeFlags } from "../../../web/admin/store-draft.ts";
import { drink, staff, store } from "./documents.ts";

/** What the server would answer. */
function problems(document: unknown) {
  const checked = checkDocument(document);
  const found = "problems" in checked ? checked.problems : [];
  for (const problem of found) expect(problem.mistake, `${problem.path} ${problem.message}`).toBeDefined();
  return found;
}

test("a path is read step by step", () => {
  expect(steps("options[0].choices[12].name")).toEqual(["options", 0, "choices", 12, "name"]);
  expect(steps("")).toEqual([]);
});

test("each problem that the server finds in a drink stands at the field it is about", () => {
  const draft = drinkDraft(drink);
  const [size, milk] = draft.options.filter((line): line is GroupDraft => !isShared(line));
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
  expect(sentences(sorted.name, "Name")).toContain("Name is missing.");
});

test("the same id twice and a missing default are told where they can be mended", () => {
  const draft = drinkDraft(drink);
  const [size, milk] = draft.options.filter((line): line is GroupDraft => !isShared(line));
  if (size === undefined || milk === undefined) throw new Error("the drink has two questions");
  milk.id = "size";
  expect(byField(problems(drinkDocument(draft, "main")), (path) => drinkField(draft, path))).toEqual({
    options: [{ path: "options", message: "has the same id twice", mistake: "twice" }],
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
  const empty = { path: "options[0].name", mistake: "empty" } as const;
  const sorted = byField([empty], (path) => drinkField(draft, path));
  move(draft.options, 0, 1);
  expect(draft.options[1]).toBe(size);
  expect(sorted[`${size?.key}.name`]).toEqual([empty]);
});

test("what belongs to no field is told at the top", () => {
  const draft = drinkDraft(drink);
  const fieldOf = (path: string) => drinkField(draft, path);
  for (const path of ["storeId", "", "options[7].name"])
    expect(Object.keys(byField([{ path, mistake: "empty" }], fieldOf))).toEqual([""]);
});

test("every setting of a store has a field for its problems", () => {
  const wrong = Object.fromEntries(Object.keys(storeSettings).map((field) => [field, "?"]));
  const draft = { ...storeDraft({ ...wrong, name: "" }), limited: true };
  const sorted = byField(problems(storeDocument(draft, "main")), (path) => storeField(draft, path));
  // A switch is on or off, and never wrong; of what is said in other languages the form makes a text.
  expect(Object.keys(sorted).sort()).toEqual(
    Object.keys(storeSettings)
      .filter((field) => !["open", "texts", ...storeFlags].includes(field))
      .sort(),
  );
});

test("saving keeps what the form does not show, and a switch that it turns is known as a hand's", () => {
  const standing = { ...store, pause: { until: "2026-06-15T12:00:00.000Z" }, switchedAt: "2026-06-15T08:00:00.000Z" };
  // By the server's clock: of a device that is ahead, the doors would follow the hand only when that time has come.
  const now = Date.parse("2026-06-15T10:00:00.000Z");
  const seen = { document: standing, now };
  expect(storeDocument(storeDraft(standing), "main", seen)).toEqual(standing);
  const saved = storeDocument({ ...storeDraft(standing), open: false }, "main", seen);
  expect(saved).toMatchObject({ open: false, switchedAt: "2026-06-15T10:00:00.000Z" });
});

test("hours are saved as they were read, and their mistakes stand at the day, the exception or the number", () => {
  const span = { opens: "08:00", closes: "18:00" };
  const week = Object.fromEntries(days.map((day) => [day, [span]]));
  const hours = { week, exceptions: [{ date: "2026-12-25", spans: [], note: "Christmas" }], lastOrdersMinutes: 10 };
  expect(storeDocument(storeDraft({ ...store, hours }), "main")).toEqual({ ...store, hours });
  const bad = {
    week: { ...week, friday: [{ opens: "", closes: "18:00" }], sunday: [span, span] },
    exceptions: [{ date: "", spans: [] }],
    lastOrdersMinutes: "soon",
  };
  const draft = storeDraft({ ...store, hours: bad });
  const sorted = byField(problems(storeDocument(draft, "main")), (path) => storeField(draft, path));
  expect(Object.keys(sorted).sort()).toEqual(["exception-0", "friday", "lastOrdersMinutes", "sunday"]);
  expect(sentences(sorted.friday, "Friday")).toEqual(["Friday: something is left empty or cannot be read."]);
  expect(sentences(sorted.sunday, "Sunday")).toEqual(["Sunday must not begin before the time above it ends."]);
});

test("a number that is left empty is missing, and no text that is none", () => {
  const draft = { ...storeDraft(store), capacity: " " };
  expect(problems(storeDocument(draft, "main"))).toMatchObject([{ path: "capacity", mistake: "missing" }]);
});

test("late comes after getting old, also where only one of them was set", () => {
  const wrong = (ages: Record<string, number>) => problems(storeDocument(storeDraft({ ...store, ...ages }), "main"));
  expect(wrong({ agingMinutes: 4, lateMinutes: 8 })).toEqual([]);
  for (const ages of [{ agingMinutes: 4, lateMinutes: 4 }, { agingMinutes: 5 }, { lateMinutes: 2 }])
    expect(wrong(ages), JSON.stringify(ages)).toMatchObject([{ path: "lateMinutes", mistake: "not-later" }]);
});

test("a person's wrong number and missing roles stand at their fields", () => {
  const draft = { ...staffDraft(staff), phone: "12", admin: false, barista: false };
  const sorted = byField(problems(staffDocument(draft, "main")), (path) => staffField(draft, path));
  expect(Object.keys(sorted).sort()).toEqual(["phone", "roles"]);
});

test("mending a field takes only its own messages away", () => {
  const [name, slug] = [[{ path: "name" }], [{ path: "id" }]];
  expect(without({ name, slug }, "name")).toEqual({ slug });
});

/** What an owner is told of a document that somebody wrote by hand. */
function told(document: { id: string; [field: string]: unknown }): string[] {
  return problems(document).flatMap((problem) => sentences([problem], labelOf(document, problem.path)));
}

test("what is wrong with a document is told in sentences of ours, with the names that the forms have", () => {
  const [size, milk] = drink.options;
  const { name: _name, ...nameless } = drink;
  expect(
    told({ ...nameless, nmae: "Latte", icon: "bucket", position: 1.5, available: "yes", description: "x".repeat(81) }),
  ).toEqual([
    "Name is missing.",
    "Description can have at most 80 characters.",
    "Picture is not one of the choices.",
    "On the menu has the wrong kind of value.",
    "Place in the menu must be a whole number.",
    "It has something that does not belong there: nmae. Saving it here removes that.",
  ]);
  expect(
    told({
      ...drink,
      options: [
        { ...size, choices: [], extra: 1 },
        { ...milk, id: "size", choices: [{ id: "Oat!", name: "" }], default: undefined },
        { ...milk, id: "sugar", choose: "two", default: "none" },
      ],
    }),
  ).toEqual([
    "Size: Choices: there must be at least one.",
    "Question 1 has something that does not belong there: extra. Saving it here removes that.",
    "Size: Taken when nothing is chosen: it is not among the choices any more. Choose another.",
    "Milk: Choice 1 has an id that cannot be used. Remove it here and add it again.",
    "Milk: Choice 1 is missing.",
    "Milk: Customers choose is not one of the choices.",
  ]);
  expect(
    told({ ...store, capacity: 0, scansPerCode: 1001, codeMinutes: 7, timeZone: "Berlin", ordersPerDay: "x" }),
  ).toEqual([
    "Time zone is not known. Choose one from the list, such as Europe/Berlin.",
    "Places in the queue must be 1 or more.",
    "Length of a code must divide a day evenly, as 5, 10, 15, 20, 30 and 60 do.",
    "Scans per code must be 1000 or less.",
    "Orders per customer and day must be a whole number.",
  ]);
  expect(told({ ...staff, roles: ["admin", "admin"] })).toEqual(["Roles: two of them are the same. Change one."]);
  expect(told({ ...staff, phone: "0123", name: "\u200b", roles: [] })).toEqual([
    "This is not a phone number of that country. Check it, or start it with + and the country code.",
    "Name is missing.",
    "Roles: there must be at least one.",
  ]);
  expect([store, drink, { id: "drink:x", name: 3 }, { id: "drink:y" }].map(nameOf)).toEqual([
    "Store settings",
    "Latte",
    "3",
    "drink:y",
  ]);
});

test("no mistake that a server may tell of, known or not, brings its own words or a hole to the screen", () => {
  const all = [...mistakes, "taken", "of a newer server", "toString", undefined] as never[];
  for (const mistake of all)
    for (const more of [{}, { limit: 3, names: "a, b" }]) {
      const [sentence] = sentences([{ path: "name", mistake, message: "server's words", ...more } as never], "Name");
      expect(sentence).toMatch(/^Name\b.*\.$/);
      expect(sentence).not.toMatch(/[{}]|server's/);
    }
});
