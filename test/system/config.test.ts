import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../../contracts/catalog.ts";
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
  await item.patch([{ op: "set", path: "/description", value: "".padEnd(81, "x") }]);
  const rejected = await bar.hears("rejected");
  expect(rejected).toMatchObject({
    documentId: "drink:latte",
    problems: [{ path: "description" }],
  });
  await stand.settle();
  expect(await stand.page()).toEqual(before);
  expect(phone.heard.filter((message) => message.kind === "page")).toEqual([]);
  const { documents } = await admin.get<ConfigReply>("/config");
  expect(documents.find(({ document }) => document.id === "drink:latte")?.problems).toMatchObject([
    { path: "description", mistake: "too-long", limit: 80 },
  ]);
  await item.patch([{ op: "set", path: "/description", value: "mild, milky" }]);
  await stand.settle();
  expect((await admin.get<ConfigReply>("/config")).documents.flatMap(({ problems }) => problems)).toEqual([]);
  client.dispose();
  bar.close();
  phone.close();
});

test("oat milk that is sold out is so in every drink at once, on every screen, and cannot be ordered any more", async () => {
  const [barista, customer] = [await stand.barista(), await stand.person()];
  const phone = await customer.listen();
  const orderId = await stand.scan(customer, await stand.display());
  const oat = (menu: Awaited<ReturnType<Stand["page"]>>["menu"]) =>
    menu.flatMap(({ id, options }) =>
      options.flatMap((group) =>
        group.choices.filter((choice) => choice.id === "oat").map(({ available }) => [id, available !== false]),
      ),
    );
  const everywhere = (available: boolean) =>
    ["americano", "flat-white", "cappuccino", "latte"].map((name) => [`drink:${name}`, available]);
  expect(oat((await stand.page()).menu)).toEqual(everywhere(true));
  await barista.post("/options/milk/oat/available", { available: false });
  await phone.hears("page", ({ page }) => JSON.stringify(oat(page.menu)) === JSON.stringify(everywhere(false)));
  const submit = (milk: string) =>
    customer.command(orderId, "submit", { drinkId: "drink:flat-white", options: { milk: [milk] } });
  const refused = (await submit("oat").catch((error: Refused) => error)) as Refused;
  expect(refused.problem).toMatchObject({
    code: "choice-unavailable",
    status: 409,
    errors: [{ path: "options.milk", message: "Oat is sold out" }],
    order: { state: "choosing" },
  });
  await submit("soy");
  // It does not wait for the change feed of what is edited, which is looked at every five seconds.
  const { faults } = stand.azure;
  const { id } = faults.add({ service: "cosmos", operation: "feed", name: "config", harm: "delay", milliseconds: 800 });
  await barista.post("/options/milk/oat/available", { available: true });
  expect(oat((await stand.page()).menu)).toEqual(everywhere(true));
  faults.remove(id);
  await stand.settle();
  expect(oat((await stand.page()).menu)).toEqual(everywhere(true));
  await expect(barista.post("/options/milk/goat/available", { available: false })).rejects.toMatchObject({
    status: 404,
  });
  phone.close();
});

test("a shared group that is broken, taken away or renamed straight in Cosmos DB leaves the last good page, and is told of", async () => {
  const bar = await admin.listen();
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  const config = client.database("crema").container("config");
  const milk = config.item("options:milk", "main");
  const { resource: good } = await milk.read();
  const { menu } = await stand.page();
  await milk.patch([{ op: "set", path: "/default", value: "goat" }]);
  await bar.hears("rejected", ({ documentId }) => documentId === "options:milk");
  expect((await stand.page()).menu).toEqual(menu);
  // Deletions are told by no change feed: they are swept up.
  await milk.delete();
  await config.items.create({ ...good, id: "options:milks" });
  await stand.settle();
  await stand.advance("2 min");
  await bar.hears("rejected", ({ documentId }) => documentId === "drink:latte");
  expect((await stand.page()).menu).toEqual(menu);
  const { documents } = await admin.get<ConfigReply>("/config");
  expect(documents.find(({ document }) => document.id === "drink:latte")?.problems).toMatchObject([
    { path: "options[1].shared", mistake: "lost-group" },
  ]);
  await config.items.create(good);
  await config.item("options:milks", "main").delete();
  await stand.settle();
  // So that it is swept up, too, and no test after this one finds it on the page.
  await stand.advance("2 min");
  expect((await admin.get<ConfigReply>("/config")).documents.flatMap(({ problems }) => problems)).toEqual([]);
  client.dispose();
  bar.close();
});

test("a person's number is typed as people write it, and shown so", async () => {
  const ask = (phone: string, country?: string) => admin.post("/phone-numbers", { phone, ...(country && { country }) });
  const number = { phone: "+493012345678", shown: "+49 30 12345678" };
  for (const [typed, country] of [
    ["030 / 12 34 56 78", "DE"],
    ["+49 (30) 12345678"],
    ["0049 30 12345678", "FR"],
  ] as const)
    expect(await ask(typed, country)).toEqual(number);
  for (const typed of ["abc", "12", "030 12345678"])
    await expect(ask(typed, "US")).rejects.toMatchObject({ status: 400 });
  await expect((await stand.barista()).post("/phone-numbers", { phone: "+493012345678" })).rejects.toMatchObject({
    status: 403,
  });
  const { documents } = await admin.get<ConfigReply>("/config");
  expect(documents.find(({ document }) => document.id === "staff:+14255550100")?.shown).toBe("+1 425 555 0100");
});

test("documents that belong to no store are passed over, and become neither pages nor roles", async () => {
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  const container = (name: string) => client.database("crema").container(name);
  const pages = async () =>
    (await container("catalog").items.query("SELECT * FROM c WHERE c.kind != 'event'").fetchAll()).resources;
  const before = await pages();
  const stores = [{}, { storeId: null }, { storeId: 7 }, { storeId: "" }, { storeId: "Main" }, { storeId: "a/../b" }];
  for (const [at, store] of stores.entries()) {
    await container("config").items.create({ id: `lost-${at}`, ...store });
    await container("config").items.create({ id: "staff:+14255550100", kind: "staff", ...store });
  }
  await stand.settle();
  await stand.advance("2 min");
  expect(await pages()).toEqual(before);
  expect(Object.keys((await admin.me<Caller>()).roles)).toEqual(["main"]);
  client.dispose();
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

const raw = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(`${stand.api}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
const json = { "content-type": "application/json" };
const problemOf = async (response: Response) => {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  return { status: response.status, ...((await response.json()) as object) };
};

test("every command demands JSON by name, whoever sends it and whatever it holds", async () => {
  const phone = JSON.stringify({ phone: "+12015550177" });
  for (const path of ["/sign-in/challenges", "/sign-in/sessions", "/stores/main/scans", "/stores/main/open"]) {
    const plain = await problemOf(await raw("POST", path, phone, { "content-type": "text/plain" }));
    expect(plain).toMatchObject({ status: 415, code: "not-json" });
    expect(await problemOf(await raw("POST", path))).toMatchObject({ status: 415, code: "not-json" });
  }
  expect(stand.azure.sms.messages("+12015550177")).toEqual([]);
});

test("a large body is refused by everyone who would take one, and few of many mistakes are told", async () => {
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`k${index}`, 1])));
  const answer = await raw("POST", "/sign-in/challenges", many, json);
  const text = await answer.text();
  expect(answer.status).toBe(400);
  expect(text.length).toBeLessThan(4_000);
  for (const path of ["/sign-in/challenges", "/sign-in/sessions"]) {
    const large = await problemOf(await raw("POST", path, JSON.stringify({ phone: "1".repeat(70_000) }), json));
    expect(large).toMatchObject({ status: 413, code: "too-large" });
  }
  expect(await problemOf(await raw("DELETE", "/sign-in/sessions/current", "{}", json))).toMatchObject({ status: 400 });
});

test("a parameter that an address does not know is refused by name", async () => {
  const refused = await problemOf(await raw("GET", "/stores/main/queue?state=collected&state=ready"));
  expect(refused).toMatchObject({ status: 400, code: "bad-request", errors: [{ path: "state" }] });
  await expect(admin.get("/orders?status=collected")).rejects.toMatchObject({ status: 400 });
});

test("past orders are found by staff, and what makes no sense is refused", async () => {
  expect(await admin.get("/orders?state=collected&drink=drink:latte&barista=Ana")).toMatchObject({ orders: [] });
  for (const wrong of [
    "state=done",
    "day=today",
    "number=0",
    "from=yesterday",
    "from=2026-06-15&to=2026-06-15T08:00:00Z",
    "state=collected,done",
    "state=collected&state=ready",
    "day=2026-06-15&from=2026-06-15T08:00:00Z",
  ])
    await expect(admin.get(`/orders?${wrong}`)).rejects.toMatchObject({ status: 400 });
});

test("on public pages a token that is over, or none, makes a stranger; elsewhere it is refused", async () => {
  for (const authorization of [
    `Bearer ${"x".repeat(43)}`,
    "Bearer",
    "Basic YTpi",
    "Bearer a b",
    Buffer.from("\u00e4").toString("latin1"),
  ]) {
    for (const path of ["/stores/main", "/stores/main/queue", "/stores/main/live", "/health"]) {
      const answer = await raw("GET", path, undefined, { authorization });
      expect(`${path} ${answer.status}`).toBe(`${path} 200`);
    }
    for (const path of ["/me", "/stores/main/my-orders", "/stores/main/orders", "/stores/main/code"]) {
      expect((await raw("GET", path, undefined, { authorization })).status).toBe(401);
    }
    expect((await raw("DELETE", "/sign-in/sessions/current", undefined, { authorization })).status).toBe(401);
  }
});

test("a display is told of no person, neither on the board nor of one order; a barista is", async () => {
  const [display, barista, customer] = [await stand.display(), await stand.barista(), await stand.person()];
  const orderId = await stand.scan(customer, display);
  await customer.command(orderId, "submit", { drinkId: "drink:latte" });
  await stand.settle();
  await barista.command(orderId, "claim");
  for (const path of ["/orders", `/orders/${orderId}`]) {
    const told = JSON.stringify(await display.get(path));
    expect(told).toContain(orderId);
    expect(told).not.toMatch(/customerId|barista|options|"end"/);
    expect(JSON.stringify(await barista.get(path))).toMatch(/customerId.*barista|barista.*customerId/);
  }
  expect(await customer.get(`/orders/${orderId}`)).toHaveProperty("order.customerId");
  // What is past is none of a display's business; staff find it.
  await expect(display.get("/orders?state=making")).rejects.toMatchObject({ status: 403 });
  expect(await barista.get("/orders?state=making,ready&drink=drink:latte")).toHaveProperty("orders.0.id", orderId);
  await expect(display.csv("/orders")).rejects.toThrow("403");
  const [, line] = (await barista.csv("/orders?state=making,ready")).split("\r\n");
  expect(line).toMatch(new RegExp(`^${orderId},\\d+,making,Big Latte,`));
  expect(line).not.toMatch(customer.phone.slice(1));
});

test("nor is who has become a display, by repeating what they did as a barista", async () => {
  const phone = "+14255550109";
  const staff = { id: `staff:${phone}`, kind: "staff", storeId: "main", phone, name: "Cleo", roles: ["barista"] };
  await admin.put("/people", staff);
  // A second code to the display's number is sent after half a minute.
  await stand.advance("31 s");
  const [display, cleo, customer] = [await stand.display(), await stand.person(phone), await stand.person()];
  const orderId = await stand.scan(customer, display);
  await customer.command(orderId, "submit", { drinkId: "drink:latte" });
  await stand.settle();
  const cancel = () => cleo.post(`/orders/${orderId}/cancel`, { note: "no milk" }, { "idempotency-key": "mine" });
  await cancel();
  expect(JSON.stringify(await cancel())).toContain("customerId");
  await admin.put("/people", { ...staff, roles: ["display"] }, { "if-match": "*" });
  await stand.settle();
  const refused = (await cancel().catch((error: Refused) => error)) as Refused;
  expect(refused.problem).toMatchObject({ code: "forbidden" });
  expect(refused.problem).not.toHaveProperty("order");
});
