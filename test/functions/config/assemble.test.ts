import { describe, expect, test } from "vitest";
import { assemble as assembleAt, isTied, newest, type Published } from "../../../functions/config/assemble.ts";
import type { Stored } from "../../../functions/config/check.ts";
import { rejection } from "../../../functions/config/publish.ts";
import { drink, person, store, stored } from "./documents.ts";

const documents = [store(), drink("latte", { position: 20 }), drink("americano"), person("+14255550100", ["admin"])];
const at = Date.parse("2026-06-15T10:00:00Z");
const assemble = (documents: Stored[], last: Published) => assembleAt(documents, last, at);
const good = assemble(
  documents.map((document) => stored(document)),
  {},
);
const published = { page: { store: store(), menu: good.menu }, staff: { people: good.people } };

test("good documents make a page, its menu in the order of position", () => {
  expect(good.store?.name).toBe("Main stand");
  expect(good.menu.map(({ id }) => id)).toEqual(["drink:americano", "drink:latte"]);
  expect(good.people).toEqual([{ phone: "+14255550100", name: "Alex", roles: ["admin"] }]);
  expect(good.rejected).toEqual([]);
  expect(JSON.stringify(good.menu)).not.toContain("_etag");
});

test("a drink that breaks keeps its last good form, and is told of with the path of the mistake", () => {
  const option = { id: "size", name: "", choose: "any", choices: [{ id: "small", name: "Small" }] };
  const broken = stored(drink("latte", { position: 20, options: [option] }));
  const now = assemble([stored(store()), broken, stored(drink("americano"))], published);
  expect(now.menu).toEqual(good.menu);
  expect(now.rejected).toEqual([
    { document: broken, problems: [{ path: "options[0].name", message: "is empty", mistake: "empty" }] },
  ]);
});

test("a drink that never was good is not on the menu", () => {
  const now = assemble([stored(store()), stored(drink("cortado", { available: "yes" }))], published);
  expect(now.menu).toEqual([]);
});

test("a drink that is gone, or marked as deleted, leaves the menu", () => {
  const deleted = stored({ id: "drink:latte", kind: "drink", storeId: "main", deleted: true, ttl: 60 });
  const now = assemble([stored(store()), deleted], published);
  expect(now).toMatchObject({ menu: [], rejected: [] });
});

test("a store that breaks or is gone stays as it was; one that never was good is none", () => {
  const broken = stored(store({ codeMinutes: 7 }));
  expect(assemble([broken], published).store?.codeMinutes).toBe(5);
  expect(assemble([], published).store?.codeMinutes).toBe(5);
  expect(assemble([broken], {}).store).toBeUndefined();
});

describe("a person whose document breaks", () => {
  const boss = { phone: "+14255550100", name: "Alex", roles: ["admin" as const, "barista" as const] };
  const peopleOf = (change: object) => {
    const broken = stored({ ...person(boss.phone, boss.roles), ...change });
    const now = assemble([stored(store()), broken], { ...published, staff: { people: [boss] } });
    expect(now.rejected).toHaveLength(1);
    return now.people;
  };

  test.each([{ name: "" }, { colour: "brown" }, { _note: "x" }, { storeId: 7 }, { roles: [...boss.roles, "boss"] }])(
    "keeps the roles that it still names: %j",
    (change) => {
      expect(peopleOf(change)).toEqual([boss]);
    },
  );

  test.each([
    [{ roles: ["barista"], name: "" }, ["barista"]],
    [{ roles: ["barista", "owner"] }, ["barista"]],
    [{ roles: ["barista", "barista", "display"] }, ["barista"]],
  ])("has no others: %j", (change, left) => {
    expect(peopleOf(change)).toEqual([{ ...boss, roles: left }]);
  });

  test.each([
    { roles: [] },
    { roles: undefined },
    { roles: null },
    { roles: "admin" },
    { roles: { 0: "admin" } },
    { roles: ["Admin"] },
    { phone: "+14255550190" },
    { phone: null },
    { kind: "former-staff" },
    { kind: "drink" },
    { deleted: "yes", phone: undefined },
  ])("has none when it names none, or somebody else: %j", (change) => {
    expect(peopleOf(change)).toEqual([]);
  });
});

test("documents of no known kind are told of", () => {
  const now = assemble([stored(store()), stored({ id: "note", kind: "note", storeId: "main" })], published);
  expect(now.rejected[0]?.problems[0]?.path).toBe("kind");
});

test("a read that lags behind the change feed is brought up to it, and a newer one is kept", () => {
  const [old, told, later] = [stored(drink("latte"), 5), stored(drink("latte"), 6), stored(drink("latte"), 7)];
  expect(newest([old], [told])).toEqual([told]);
  expect(newest([later], [told])).toEqual([later]);
  expect(newest([], [told])).toEqual([told]);
  expect([isTied([old], [told]), isTied([told], [told]), isTied([], [told])]).toEqual([false, false, false]);
  const another = { ...told, _etag: "another" };
  expect(isTied([another], [told])).toBe(true);
  // Once it was waited for, what is read counts.
  expect(newest([another], [told])).toEqual([another]);
});

test("a rejection has one id a version of the document, and no phone number", () => {
  const broken = stored(person("+14255550100", []));
  const event = rejection("main", broken, [{ path: "roles", message: "needs at least one role" }]);
  expect(rejection("main", broken, []).id).toBe(event.id);
  expect(rejection("main", { ...broken, _etag: "other" }, []).id).not.toBe(event.id);
  expect(JSON.stringify(event)).not.toContain("4255550");
  // Whoever names it wrongly may name it by the number alone.
  for (const id of ["+14255550100", "Staff:+14255550100", "1 (425) 555-0100"])
    expect(rejection("main", { ...broken, id }, []).event.data).toMatchObject({
      documentId: expect.stringMatching(/^(Staff:)?…100$/),
    });
  expect(rejection("main", { ...broken, id: "drink:20261128" }, []).event.data).toMatchObject({
    documentId: "drink:20261128",
  });
});
