import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CatalogPage, StaffPage } from "../../../contracts/catalog.ts";
import { storeId as storeIdSchema } from "../../../contracts/common.ts";
import type { Stored } from "../../../functions/config/check.ts";
import { copyMenu } from "../../../functions/config/copy-menu.ts";
import { deleteDocument } from "../../../functions/config/edit.ts";
import { makeStore, mostStores } from "../../../functions/config/make-store.ts";
import { together } from "../../../functions/config/menu-documents.ts";
import { publishStore } from "../../../functions/config/publish.ts";
import { setOpen, setRetired } from "../../../functions/config/switches.ts";
import { type Services, startServices } from "../identity/services.ts";
import { drink, person, store } from "./documents.ts";

const maker = { customerId: "customer-0123456789", phone: "+14255550100", name: "Alex" };
const harbour = { name: "Harbour", timeZone: "America/New_York" };
const hours = {
  week: Object.fromEntries(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map((day) => [
      day,
      [{ opens: "08:00", closes: "18:00" }],
    ]),
  ),
};

let services: Services;
let storeId: string;
let stores = 0;
beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  storeId = `store-${stores++}`;
  const documents = [
    store({ capacity: 7, hours, notFetchedMinutes: 4, texts: { de: { name: "Hauptstand" } } }),
    drink("latte", { available: false }),
    drink("mocha"),
    drink("broken", { name: "" }),
    person("+14255550100", ["admin"]),
    person("+14255550101", ["barista"]),
  ];
  for (const document of documents) await config().items.create({ ...document, storeId });
  await publishStore(storeId);
});

const config = () => services.container("config");
const documentsOf = async (of: string) =>
  (await config().items.query<Stored>("SELECT * FROM c", { partitionKey: of }).fetchAll()).resources;
const page = async (of: string) =>
  (await services.container("catalog").item("page", of).read<CatalogPage>()).resource as CatalogPage;
const staff = async (of: string) =>
  (await services.container("catalog").item("staff", of).read<StaffPage>()).resource as StaffPage;
const problem = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) });

test("a store is made closed, without hours, with the other settings and the good part of the menu; its maker runs it", async () => {
  const made = await makeStore(await page(storeId), maker, { ...harbour, menuOf: storeId });
  expect(made).toMatchObject({ drinks: 2, leftOut: 1, repeated: false });
  expect(made.storeId).toBe("harbour");
  const shown = await page(made.storeId);
  const { hours: _, ...before } = (await page(storeId)).store as CatalogPage["store"] & { hours?: unknown };
  expect(shown.store).toEqual({
    ...before,
    ...harbour,
    open: false,
    opensAt: undefined,
    closesAt: undefined,
    // It is called otherwise in every language.
    texts: undefined,
  });
  expect(shown.store).toMatchObject({ capacity: 7, notFetchedMinutes: 4 });
  expect(shown.menu.map(({ id, available }) => [id, available])).toEqual([
    ["drink:latte", false],
    ["drink:mocha", true],
  ]);
  expect((await staff(made.storeId)).people).toEqual([
    { phone: maker.phone, name: "Alex", roles: ["admin", "barista"] },
  ]);
  // The stores go their own ways from there.
  await deleteDocument(made.storeId, "drink:mocha", "*");
  expect((await documentsOf(storeId)).some(({ id, deleted }) => id === "drink:mocha" && !deleted)).toBe(true);
});

test("questions that drinks share are copied with them; a drink whose shared question has a mistake is left out", async () => {
  const milk = {
    id: "options:milk",
    kind: "options",
    name: "Milk",
    choose: "one",
    choices: [
      { id: "whole", name: "Whole" },
      { id: "oat", name: "Oat", available: false },
    ],
    default: "whole",
  };
  const broken = { ...milk, id: "options:syrup", name: "" };
  const shares = (shared: string) => drink(`with-${shared.slice(8)}`, { options: [{ shared }] });
  for (const document of [milk, broken, shares(milk.id), shares(broken.id)])
    await config().items.create({ ...document, storeId });
  const made = await makeStore(await page(storeId), maker, { ...harbour, name: "Shares", menuOf: storeId });
  expect(made).toMatchObject({ drinks: 3, leftOut: 3 });
  const { menu } = await page(made.storeId);
  expect(menu.find(({ id }) => id === "drink:with-milk")?.options[0]?.choices).toMatchObject(milk.choices);
  expect((await documentsOf(made.storeId)).map(({ id }) => id)).not.toContain(broken.id);
});

test("the same request makes one store, also when it comes twice at once; another's, or another name, makes another", async () => {
  const beside = await page(storeId);
  const make = (key: string, who = maker, name = "Harbour") => makeStore(beside, who, { ...harbour, name }, key);
  const [one, two] = await Promise.all([make("a"), make("a")]);
  expect(two.storeId).toBe(one.storeId);
  expect([one.repeated, two.repeated].sort()).toEqual([false, true]);
  expect(await make("a")).toMatchObject({ storeId: one.storeId, repeated: true });
  const others = await Promise.all([
    make("b"),
    make("a", { ...maker, customerId: "customer-9876543210" }),
    make("a", maker, "Harbour 2"),
  ]);
  expect(new Set([one, ...others].map((each) => each.storeId)).size).toBe(4);
});

test.each([
  ["Crème brûlée at the Straße", "creme-brulee-at-the-strasse"],
  ["咖啡", "store"],
  ["x".repeat(60), "x".repeat(40)],
  ["/../", "store"],
])(
  "the id of %s is made from it, and one that addresses can hold; the second of the name has another",
  async (name, id) => {
    const ids: string[] = [];
    for (let at = 0; at < 3; at++) {
      const { storeId: made } = await makeStore(await page(storeId), maker, { ...harbour, name });
      expect(storeIdSchema.parse(made)).toBe(made);
      expect((await page(made)).store.name).toBe(name);
      ids.push(made);
    }
    expect(new Set(ids).size).toBe(3);
    if (id !== "store") expect(ids[0]).toBe(id);
    for (const each of ids.slice(1)) expect(each).toMatch(new RegExp(`^${id.slice(0, 33)}-[a-z0-9]{6}$`));
  },
);

test("of two who make a store of the same name at once each has one of their own", async () => {
  const others = ["customer-1111111111111111", "customer-2222222222222222"].map((customerId, at) => ({
    customerId,
    phone: `+1425555013${at}`,
    name: `Owner ${at}`,
  }));
  const beside = await page(storeId);
  const both = await Promise.all(others.map((who) => makeStore(beside, who, { ...harbour, name: "Twins" }, "a")));
  expect(both.map(({ storeId }) => storeId)).toContain("twins");
  for (const [at, made] of both.entries())
    expect((await staff(made.storeId)).people.map(({ name }) => name)).toEqual([`Owner ${at}`]);
});

test("a menu that is too large to be written together comes whole; where the writing ends half-way no store shows", async () => {
  for (let at = 0; at < 120; at++) await config().items.create({ ...drink(`more-${at}`), storeId });
  const made = await makeStore(await page(storeId), maker, { ...harbour, menuOf: storeId }, "large");
  expect(made.drinks).toBe(122);
  expect((await page(made.storeId)).menu).toHaveLength(122);
  // As a try leaves it that ended before the last part.
  const { storeId: half } = await makeStore(await page(storeId), maker, { ...harbour, name: "Half" }, "half");
  for (const id of ["store", `staff:${maker.phone}`]) await config().item(id, half).delete();
  for (const id of ["page", "staff"]) await services.container("catalog").item(id, half).delete();
  await config().items.create({ ...drink("latte", { name: "Of before" }), storeId: half });
  // Nobody else gets what lies there, whatever they call theirs.
  expect((await makeStore(await page(storeId), maker, { ...harbour, name: "Half" }, "other")).storeId).not.toBe(half);
  await publishStore(half);
  expect(await page(half)).toBeUndefined();
  expect((await staff(half)).people).toEqual([]);
  const again = await makeStore(await page(storeId), maker, { ...harbour, name: "Half", menuOf: storeId }, "half");
  expect(again).toMatchObject({ storeId: half, repeated: false });
  expect((await page(half)).menu.find(({ id }) => id === "drink:latte")?.name).toBe("latte");
});

test("writes that go together stay within what Cosmos DB takes, and keep their order", () => {
  const small = Array.from({ length: 200 }, (_, at) => ({ at }));
  expect(together(small).map((part) => part.length)).toEqual([90, 90, 20]);
  expect(together(small).flat()).toEqual(small);
  const large = Array.from({ length: 5 }, () => "x".repeat(400_000));
  expect(together(large).map((part) => part.length)).toEqual([2, 2, 1]);
  expect(together([])).toEqual([]);
});

test("there are only so many stores", async () => {
  const beside = await page(storeId);
  const count = async () =>
    (await config().items.query("SELECT VALUE c.storeId FROM c WHERE c.id = 'store'").fetchAll()).resources.length;
  const filled: string[] = [];
  for (let at = await count(); at < mostStores; at++) filled.push(`filled-${at}`);
  for (const id of filled) await config().items.create({ ...store(), storeId: id });
  await expect(makeStore(beside, maker, harbour, "over")).rejects.toEqual(problem("too-many-stores"));
  for (const id of filled) await config().item("store", id).delete();
  expect((await makeStore(beside, maker, harbour, "over")).repeated).toBe(false);
});

test("a menu is copied where something is missing: what is there stays, what was removed comes back, twice is as once", async () => {
  const { storeId: other } = await makeStore(await page(storeId), maker, harbour);
  for (const id of ["latte", "mocha"]) await config().items.create({ ...drink(id, { name: "Ours" }), storeId: other });
  await config().items.create({ ...drink("ours"), storeId: other });
  await deleteDocument(other, "drink:mocha", "*");
  expect(await copyMenu(other, storeId)).toEqual({ drinks: 1, kept: 1, leftOut: 1 });
  await publishStore(other);
  const names = Object.fromEntries((await page(other)).menu.map(({ id, name }) => [id, name]));
  expect(names).toEqual({ "drink:latte": "Ours", "drink:mocha": "mocha", "drink:ours": "ours" });
  expect(await copyMenu(other, storeId)).toEqual({ drinks: 0, kept: 2, leftOut: 1 });
  const both = await Promise.all([copyMenu(storeId, other), copyMenu(storeId, other)]);
  expect(both.map(({ drinks }) => drinks).sort()).toEqual(expect.arrayContaining([1]));
  await expect(copyMenu(other, other)).rejects.toEqual(problem("bad-request"));
});

test("a store that is closed for good stays closed, whatever its hours and its switch say, and comes back as it was", async () => {
  const before = (await page(storeId)).store;
  await setRetired(storeId, true);
  await setRetired(storeId, true);
  await publishStore(storeId);
  const { store: shown } = await page(storeId);
  expect(shown).toMatchObject({ open: false, retiredAt: expect.any(String) });
  expect(shown).not.toHaveProperty("opensAt");
  await expect(setOpen(storeId, true)).rejects.toEqual(problem("store-closed"));
  await setRetired(storeId, false);
  await publishStore(storeId);
  expect((await page(storeId)).store).toEqual(before);
});
