import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LiveReply } from "../../contracts/http.ts";
import type { PairingReply } from "../../contracts/pairing.ts";
import { type Access, operations } from "../../tools/contracts/routes.ts";
import { Listener, type Person } from "./person.ts";
import { Stand } from "./stand.ts";

const espresso = { drinkId: "drink:espresso" };
/** Bea's number; another one for each test, since few codes are sent to one in an hour. */
let bea = "";
let numbers = 30;

let stand: Stand;
let cosmos: CosmosClient;
let admin: Person;
let display: Person;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
  cosmos = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  admin = await stand.admin();
  display = await stand.display();
});
afterAll(async () => {
  cosmos.dispose();
  await stand.close();
});
beforeEach(async () => {
  bea = `+142555501${numbers++}`;
  await works(["barista"]);
});

const container = (name: string) => cosmos.database("crema").container(name);

/** Makes Bea what `roles` says, as an owner does who edits the document straight in Cosmos DB; nothing, when there are none. */
async function works(roles: string[]): Promise<void> {
  const named = { id: `staff:${bea}`, kind: "staff", storeId: "main" };
  const person = { ...named, phone: bea, name: "Bea", roles };
  await container("config").items.upsert(roles.length > 0 ? person : { ...named, deleted: true, ttl: 60 });
  await stand.settle();
  // The change feed is asked each second.
  await stand.advance("2 s");
}

/** A screen that comes back by itself, and one that keeps the address it once had. */
async function screensOf(person: Person): Promise<{ good: Listener; bad: Listener; close(): void }> {
  const { url } = await person.get<LiveReply>("/live");
  const [good, bad] = await Promise.all([person.listen(), Listener.open(async () => url)]);
  return { good, bad, close: () => [good, bad].map((screen) => screen.close()) };
}

const connections = () => stand.azure.webPubSub.connections("crema");

/** Somebody orders, and a witness hears it. Whoever hears of the order afterwards hears it no more. */
async function orderIsHeard(): Promise<string> {
  const witness = await admin.listen();
  const customer = await stand.person();
  const id = await stand.scan(customer, display);
  await customer.command(id, "submit", espresso);
  await stand.settle();
  await witness.hears("order", ({ order }) => order.id === id && order.state === "queued");
  witness.close();
  await admin.command(id, "cancel", { note: "test" }).catch(() => undefined);
  await stand.settle();
  return id;
}

/** Does something that all screens of the store hear, so that what was to come before it has come. */
async function pageIsHeard(by: Listener[]): Promise<void> {
  const { version } = await stand.page();
  await stand.configure(admin, { name: `Stand ${version}` });
  await stand.advance("2 s");
  await Promise.all(by.map((screen) => screen.hears("page", ({ page }) => page.version > version)));
}

const heardOf = (screen: Listener, id: string) => screen.states(id).length > 0;

describe("a role that is taken away", () => {
  test.each([
    ["removed", ["barista"], []],
    ["demoted from barista to the display", ["barista"], ["display"]],
    ["demoted from admin to the display", ["admin"], ["display"]],
    ["removed from the display", ["display"], []],
  ])("%s: ends at once for requests and for connections, also for who kept the address", async (_, before, after) => {
    await works(before);
    const person = await stand.person(bea);
    const screens = await screensOf(person);
    const old = connections()
      .filter(({ groups }) => groups.some((group) => /^(staff|admin|display)\./.test(group)))
      .map(({ connectionId }) => connectionId);
    const first = await orderIsHeard();
    await Promise.all(
      [screens.good, screens.bad].map((each) => each.hears("order", ({ order }) => order.id === first)),
    );

    await works(after);
    expect(connections().filter(({ connectionId }) => old.includes(connectionId))).toEqual([]);
    const refused = await person.get("/config").catch((error) => error.problem?.code);
    expect(refused).toBe("forbidden");
    await Promise.all([screens.good, screens.bad].map((each) => each.comesBack()));
    const second = await orderIsHeard();
    const claim = await person.command(second, "claim").catch((error) => error.problem?.code);
    expect(claim).toBe("forbidden");
    await pageIsHeard([screens.good, screens.bad]);
    expect(heardOf(screens.bad, second)).toBe(false);
    // A display still hears of orders, without the customer.
    const heard = screens.good.heard.filter((message) => message.kind === "order" && message.order.id === second);
    expect(heard.length > 0).toBe(after.length > 0);
    for (const message of heard) expect(JSON.stringify(message)).not.toContain("customerId");
    screens.close();
  });

  test("a role that is added, or a name that is changed, closes nothing", async () => {
    const person = await stand.person(bea);
    const { good } = await screensOf(person);
    const before = connections().map(({ connectionId }) => connectionId);
    await works(["barista", "display"]);
    expect(connections().map(({ connectionId }) => connectionId)).toEqual(before);
    good.close();
  });
});

test("a colleague who comes with an address of before is brought to where orders are heard, within a minute", async () => {
  const colleague = await stand.barista();
  const { url } = await colleague.get<LiveReply>("/live");
  await works([]);
  // As the app does: a connection that is closed is asked for anew.
  let tries = 0;
  const screen = await Listener.open(async () => (tries++ === 0 ? url : (await colleague.get<LiveReply>("/live")).url));
  expect(heardOf(screen, await orderIsHeard())).toBe(false);
  await stand.advance("1 min");
  await screen.comesBack();
  const id = await orderIsHeard();
  await screen.hears("order", ({ order }) => order.id === id);
  screen.close();
  // A new code, for those who come after.
  await stand.advance("5 min");
});

describe("a session that ends", () => {
  const connected = (person: { id: string }) => connections().filter(({ userId }) => userId === person.id).length;

  /** Bea on two devices. */
  async function twice() {
    const here = await stand.person(bea);
    await stand.advance("31 s");
    const there = await stand.person(bea);
    const { customerId: id } = await here.me<{ customerId: string }>();
    const screens = [await here.listen(), await there.listen()] as const;
    expect(connected({ id })).toBe(2);
    return { here, there, screens, id };
  }

  test.each([
    ["signed out here", "here", 1],
    ["signed out everywhere", "everywhere", 0],
  ] as const)("%s: its connections end, and no others", async (_, where, left) => {
    const { here, there, screens, id } = await twice();
    await here.signOut(where);
    expect(connected({ id })).toBe(left);
    const order = await orderIsHeard();
    if (left > 0) await screens[1].hears("order", (message) => message.order.id === order);
    expect(heardOf(screens[0], order)).toBe(false);
    expect(heardOf(screens[1], order)).toBe(left > 0);
    expect(await here.me().catch((error) => error.status)).toBe(401);
    const other = await there.me().then(
      () => 200,
      (error) => error.status,
    );
    expect(other).toBe(left > 0 ? 200 : 401);
    for (const screen of screens) screen.close();
  });

  test("expired: its connections end within a minute, and it is forgotten", async () => {
    const { there, screens, id } = await twice();
    await there.signOut();
    const identity = container("identity");
    const query = `SELECT * FROM c WHERE c.kind = 'session' AND c.customerId = '${id}' AND NOT IS_DEFINED(c.endedAt)`;
    const sessions = () => identity.items.query<{ id: string }>(query).fetchAll();
    const [session] = (await sessions()).resources;
    const expiresAt = new Date(stand.azure.clock.now() + 1_000).toISOString();
    await identity.item(session?.id ?? "", session?.id).patch([{ op: "set", path: "/expiresAt", value: expiresAt }]);
    expect(connected({ id })).toBe(1);
    await stand.advance("61 s");
    expect(connected({ id })).toBe(0);
    await stand.advance("7 min");
    expect((await sessions()).resources).toEqual([]);
    for (const screen of screens) screen.close();
  });

  test("who kept the address they listened at is put off for good once it is over", async () => {
    const person = await stand.person(bea);
    const { customerId: id } = await person.me<{ customerId: string }>();
    const { url } = await person.get<LiveReply>("/live");
    await person.signOut();
    const late = await Listener.open(async () => url);
    expect(connected({ id })).toBe(1);
    // It comes back by itself, until the address is over: a minute, and five that clocks may differ by.
    await stand.advance("8 min");
    expect(connected({ id })).toBe(0);
    late.close();
    await Listener.open(async () => url).then(
      (screen) => screen.close(),
      () => undefined,
    );
    expect(connected({ id })).toBe(0);
  });
});

describe("the table of the API, for everybody", () => {
  const rows = operations.map(({ method, path, access }) => ({ method: method.toUpperCase(), path, access }));

  /** What lets a caller in; nothing needs to. */
  const opens: Record<Access, readonly string[] | undefined> = {
    anyone: undefined,
    "signed-in": ["session"],
    "its-customer": ["its customer"],
    "its-customer-or-staff": ["its customer", "barista", "admin"],
    "its-customer-or-display": ["its customer", "display", "barista", "admin"],
    display: ["display", "barista", "admin"],
    staff: ["barista", "admin"],
    admin: ["admin"],
  };
  const mayCall = (access: Access, is: readonly string[]) => opens[access]?.some((each) => is.includes(each)) ?? true;

  async function paired(): Promise<string> {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const { code, secret } = (await (await fetch(`${stand.store}/pairings`, init)).json()) as PairingReply;
    await admin.post(`/pairings/${code}/approval`, { name: "Paired" });
    return secret;
  }

  let tokens: { name: string; token?: string | undefined; is: string[] }[];
  let orderId = "";
  beforeAll(async () => {
    await works(["barista"]);
    const settings = (await container("config").item("store", "main").read()).resource;
    const { _etag, ...store } = settings;
    const mel = { id: "staff:+13125550199", kind: "staff", storeId: "other", phone: "+13125550199", name: "Mel" };
    await container("config").items.upsert({ ...store, storeId: "other" });
    await container("config").items.upsert({ ...mel, roles: ["admin", "barista", "display"] });
    await stand.advance("2 s");
    const owner = await stand.person();
    orderId = await stand.scan(owner, display);
    await owner.command(orderId, "submit", espresso);
    const [removed, over, out] = [await stand.person(bea), await stand.person(), await stand.person()];
    await works([]);
    await out.signOut();
    const sessions = container("identity").items.query<{ id: string }>({
      query: "SELECT c.id FROM c WHERE c.kind = 'session' AND c.phone = @phone",
      parameters: [{ name: "@phone", value: over.phone }],
    });
    for (const { id } of (await sessions.fetchAll()).resources) {
      await container("identity")
        .item(id, id)
        .patch([{ op: "set", path: "/expiresAt", value: new Date(stand.azure.clock.now()).toISOString() }]);
    }
    await stand.advance("31 s");
    tokens = [
      { name: "nobody", is: [] },
      { name: "a made-up token", token: "a".repeat(43), is: [] },
      { name: "an expired session", token: over.token, is: [] },
      { name: "a session that was signed out", token: out.token, is: [] },
      { name: "a customer", token: (await stand.person()).token, is: ["session"] },
      { name: "a barista who was removed", token: removed.token, is: ["session"] },
      { name: "everything in another store", token: (await stand.person(mel.phone)).token, is: ["session"] },
      { name: "the order's customer", token: owner.token, is: ["session", "its customer"] },
      { name: "a display", token: display.token, is: ["session", "display"] },
      { name: "a display that was paired", token: await paired(), is: ["session", "display"] },
      { name: "a barista", token: (await stand.barista()).token, is: ["session", "barista"] },
      { name: "an admin", token: admin.token, is: ["session", "admin"] },
    ];
  });

  test.each(rows)("$method $path is for $access", async ({ method, path, access }) => {
    const address = path
      .replace("{storeId}", "main")
      .replace("{orderId}", orderId)
      .replace(/\{(document|drink)Id\}/, "drink:espresso")
      .replace(/\{(device|session)Id\}/, "none")
      .replace("{code}", "BCDFGHJK");
    for (const { name, token, is } of tokens) {
      // Who is let in gets no further than this body, which no command takes; signing out would.
      const ends = method === "DELETE" && /^\/(sign-in|me$)/.test(path);
      if (ends && is.length > 0) continue;
      const body = method === "POST" || method === "PUT" ? { body: '{"nothing":"here"}' } : {};
      const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
      // Parameters are looked at first, so those that must be there are.
      const query = path.endsWith("/insights")
        ? "?from=2026-06-15&to=2026-06-15&by=day"
        : method === "DELETE" && path.endsWith("/devices")
          ? "?person=nobody-works-here"
          : "";
      const { status } = await fetch(`${stand.api}${address}${query}`, { method, headers, ...body });
      // Whose an order is, is looked at after the body.
      const ofOrder = access.startsWith("its-customer");
      const bodyFirst = method === "POST" && is.includes("session") && ofOrder;
      // What is named here is not there; and a screen is nobody about whom anything is held.
      const missing = [
        ...(/none|BCDF/.test(address) ? [404, 410] : []),
        ...(token === tokens.find((one) => one.name.includes("paired"))?.token && path === "/me/data" ? [403] : []),
      ];
      if (bodyFirst || mayCall(access, is)) expect([200, 204, 400, ...missing], name).toContain(status);
      // Nobody learns of an order that is not theirs.
      else expect(status, name).toBe(is.length === 0 ? 401 : ofOrder ? 404 : 403);
    }
  });
});
