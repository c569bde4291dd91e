import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConfigReply } from "../../contracts/http.ts";
import type { Person, Refused } from "./person.ts";
import { Stand } from "./stand.ts";

let stand: Stand;
let admin: Person;
beforeAll(async () => {
  stand = await Stand.open();
  admin = await stand.admin();
});
afterAll(() => stand.close());

const drink = async (id: string) => (await stand.page()).menu.find((candidate) => candidate.id === id);

test("the first start publishes the seed", async () => {
  const page = await stand.page();
  expect(page.store).toMatchObject({
    open: true,
    capacity: 20,
    choosingMinutes: 5,
    makingMinutes: 15,
    scansPerCode: 10,
  });
  expect(page.menu.map((each) => each.name)).toEqual([
    "Americano",
    "Flat White",
    "Cappuccino",
    "Latte",
    "Espresso",
    "Double Espresso",
  ]);
  expect(page.menu.filter((each) => !each.available)).toHaveLength(1);
});

test("a drink edited in the admin app reaches every screen", async () => {
  const screen = await admin.listen();
  await stand.configure(admin, { name: "Big Latte" }, "drink:latte");
  expect((await drink("drink:latte"))?.name).toBe("Big Latte");
  await screen.hears("page", ({ page }) => page.menu.some((each) => each.name === "Big Latte"));
  screen.close();
});

test("a drink edited straight in Cosmos DB reaches every screen", async () => {
  const screen = await (await stand.person()).listen();
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  const item = client.database("crema").container("config").item("drink:espresso", "main");
  await item.patch([{ op: "set", path: "/available", value: false }]);
  await screen.hears("page", ({ page }) => page.menu.some((each) => each.id === "drink:espresso" && !each.available));
  await stand.settle();
  expect((await drink("drink:espresso"))?.available).toBe(false);
  client.dispose();
  screen.close();
});

test("a broken edit changes nothing on any screen, and the admin is shown what is wrong with it", async () => {
  const before = await stand.page();
  const [bar, phone] = await Promise.all([admin.listen(), (await stand.person()).listen()]);
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  const item = client.database("crema").container("config").item("drink:latte", "main");
  await item.patch([{ op: "set", path: "/options/0/name", value: "" }]);
  const rejected = await bar.hears("rejected");
  expect(rejected).toMatchObject({
    documentId: "drink:latte",
    problems: [{ path: "options[0].name", message: "is empty" }],
  });
  await stand.settle();
  expect(await stand.page()).toEqual(before);
  expect(phone.heard.filter((message) => message.kind === "page")).toEqual([]);
  const { documents } = await admin.get<ConfigReply>("/config");
  expect(documents.find(({ document }) => document.id === "drink:latte")?.problems).toEqual([
    { path: "options[0].name", message: "is empty" },
  ]);
  await item.patch([{ op: "set", path: "/options/0/name", value: "Size" }]);
  await stand.settle();
  expect((await admin.get<ConfigReply>("/config")).documents.flatMap(({ problems }) => problems)).toEqual([]);
  client.dispose();
  bar.close();
  phone.close();
});

test("a broken document is not taken by the admin API either, with every mistake named", async () => {
  const { documents } = await admin.get<ConfigReply>("/config");
  const latte = documents.find(({ document }) => document.id === "drink:latte");
  const broken = { ...latte?.document, name: "", position: 0.5, colour: "brown" };
  const refused = await admin
    .put("/config/drink:latte", broken, { "if-match": latte?.etag ?? "" })
    .catch((error: Refused) => error);
  expect((refused as Refused).problem).toMatchObject({ code: "document-invalid", status: 400 });
  expect((refused as Refused).problem.errors?.map((error) => error.path).sort()).toEqual(["", "name", "position"]);
});
