import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StaffDevice } from "../../contracts/device.ts";
import type { CallerReply, ConfigReply, DevicesReply, SessionsReply, StoreReply } from "../../contracts/http.ts";
import type { AskingReply, PairingLookReply, PairingReply } from "../../contracts/pairing.ts";
import type { Problem } from "../../contracts/problem.ts";
import { Listener, type Person } from "./person.ts";
import { Stand, staffPhones } from "./stand.ts";

const iPad =
  "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1";

const tizen =
  "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) 94.0.4606.31/7.0 TV Safari/537.36";

let stand: Stand;
let admin: Person;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
  admin = await stand.person(staffPhones.admin, { app: "admin" });
});
afterAll(() => stand.close());

const devices = async (): Promise<StaffDevice[]> => (await admin.get<DevicesReply>("/devices")).devices;
const ofBarista = async () => (await devices()).filter(({ roles }) => !roles.includes("admin"));
const connections = () => stand.azure.webPubSub.connections("crema").length;
const status = (work: Promise<unknown>) =>
  work.then(
    () => 200,
    (error: { status?: number }) => error.status,
  );
/** A new code to the same number. */
const again = () => stand.advance("31 s");

describe("where staff are signed in", () => {
  let tablet: Person;
  let phone: Person;
  beforeAll(async () => {
    tablet = await stand.person(staffPhones.barista, { app: "barista", userAgent: iPad });
    await again();
    phone = await stand.person(staffPhones.barista, { app: "customer" });
    await stand.person();
  });

  test("admins see with what and since when; no customer, nor what staff order with", async () => {
    const screen = await tablet.listen();
    const all = await devices();
    expect(all.map(({ name, app, connected, current }) => ({ name, app, connected, current }))).toEqual([
      { name: expect.any(String), app: "admin", connected: false, current: true },
      { name: expect.any(String), app: "barista", connected: true, current: false },
    ]);
    const [, one] = all;
    expect(one).toMatchObject({ device: { browser: "Safari", system: "iPad" }, openedAt: expect.any(String) });
    expect(JSON.stringify(all)).not.toMatch(/\+1425|token|session:/);
    screen.close();
  });

  test("when a screen was used last is written once an hour, however often it asks", async () => {
    const seen = async () => (await ofBarista())[0]?.seenAt;
    const first = await seen();
    await stand.advance("59 min");
    await tablet.me();
    expect(await seen()).toBe(first);
    await stand.advance("2 min");
    await tablet.me();
    const second = await seen();
    expect(Date.parse(second ?? "")).toBe(stand.azure.clock.now());
    await tablet.me();
    expect(await seen()).toBe(second);
  });

  test("one is ended with its connections, without a moment's passing, and no other; what is not the store's to end is not there", async () => {
    const screen = await tablet.listen();
    const [one] = await ofBarista();
    const { sessions } = await phone.me<SessionsReply>("/sessions");
    const own = sessions.find(({ app }) => app === "customer");
    expect(await status(admin.delete(`/devices/${own?.id}`))).toBe(404);
    expect(await status(phone.delete(`/devices/${one?.id}`))).toBe(403);
    const before = connections();
    await admin.delete(`/devices/${one?.id}`);
    expect(connections()).toBe(before - 1);
    expect(await status(tablet.me())).toBe(401);
    expect(await status(phone.me())).toBe(200);
    expect(await status(admin.delete(`/devices/${one?.id}`))).toBe(404);
    screen.close();
  });

  test("all of a person are ended at once; their own phone stays theirs", async () => {
    await again();
    tablet = await stand.person(staffPhones.barista, { app: "barista" });
    await again();
    const other = await stand.person(staffPhones.barista, { app: "admin" });
    const [one, two] = await ofBarista();
    expect(one?.person).toBe(two?.person);
    await admin.delete(`/devices?person=${one?.person}`);
    expect(await Promise.all([tablet, other, phone, admin].map((each) => status(each.me())))).toEqual([
      401, 401, 200, 200,
    ]);
    expect(await ofBarista()).toEqual([]);
  });
});

test("everybody sees and ends their own, and nobody else's", async () => {
  const here = await stand.person(undefined, { app: "customer", userAgent: iPad });
  await again();
  const there = await stand.person(here.phone);
  const stranger = await stand.person();
  const { sessions } = await here.me<SessionsReply>("/sessions");
  expect(sessions.map(({ current, app }) => ({ current, app }))).toEqual([
    { current: false, app: undefined },
    { current: true, app: "customer" },
  ]);
  const other = sessions.find(({ current }) => !current)?.id;
  expect(await status(stranger.me(`/sessions/${other}`, "DELETE"))).toBe(404);
  expect(await status(there.me())).toBe(200);
  await here.me(`/sessions/${other}`, "DELETE");
  expect(await status(there.me())).toBe(401);
  expect(await status(here.me())).toBe(200);
});

test("an admin sees and ends nothing that others work with elsewhere by putting their number on the own list", async () => {
  const { storeId } = await admin.post<StoreReply>("/stores", { name: "Pier", timeZone: "UTC" });
  const works = (phone: string, role: string) => {
    const person = { id: `staff:${phone}`, kind: "staff", storeId, phone, name: role, roles: [role] };
    return admin.inStore(storeId).put("/people", person);
  };
  await works("+14255550160", "admin");
  await stand.advance("31 s");
  const mallory = (await stand.person("+14255550160", { app: "admin", store: "main" })).inStore(storeId);
  const tablet = await stand.person(staffPhones.barista, { app: "barista", store: "main" });
  const put = { id: `staff:${staffPhones.barista}`, kind: "staff", storeId, phone: staffPhones.barista, name: "Mine" };
  await mallory.put("/people", { ...put, roles: ["barista"] });
  await stand.advance("2 s");
  const { sessions } = await tablet.me<SessionsReply>("/sessions");
  const own = sessions.find(({ current }) => current);
  const seen = (await mallory.get<DevicesReply>("/devices")).devices;
  expect(seen.map(({ id }) => id)).not.toContain(own?.id);
  // Their own is this store's, though they signed in at the address of one at which they do not work.
  expect(seen.filter(({ current }) => current)).toHaveLength(1);
  expect(await status(mallory.delete(`/devices/${own?.id}`))).toBe(404);
  const { customerId } = await tablet.me<CallerReply>();
  await mallory.delete(`/devices?person=${customerId}`);
  expect(await status(tablet.me())).toBe(200);
  // Its own store has it as before.
  expect((await devices()).map(({ id }) => id)).toContain(own?.id);
});

test.each([
  ["removed", undefined],
  ["demoted to the display", ["display"]],
])(
  "a barista who is %s is put out within two seconds of the clock: requests at once, then the connection",
  async (_, roles) => {
    const number = roles ? "+14255550177" : "+14255550178";
    const bea = {
      id: `staff:${number}`,
      kind: "staff",
      storeId: "main",
      phone: number,
      name: "Bea",
      roles: ["barista"],
    };
    await admin.put("/people", bea);
    await stand.settle();
    await stand.advance("2 s");
    const barista = await stand.person(number);
    const screen = await barista.listen();
    const groups = () => stand.azure.webPubSub.connections("crema").flatMap((one) => one.groups);
    expect(groups().filter((group) => group.startsWith("staff."))).toHaveLength(1);
    const { documents } = await admin.get<ConfigReply>("/config");
    const guarded = { "if-match": documents.find(({ document }) => document.id === bea.id)?.etag ?? "" };
    if (roles) await admin.put("/people", { ...bea, roles }, guarded);
    else await admin.post("/people/removal", { phone: number }, guarded);
    expect(await status(barista.get("/config"))).toBe(403);
    await stand.advance("1 s");
    await stand.settle();
    expect(groups().filter((group) => group.startsWith("staff."))).toEqual([]);
    screen.close();
  },
);

describe("a display that is paired", () => {
  const post = async <T>(path: string, body: unknown, headers: Record<string, string> = {}) => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    const response = await fetch(`${stand.store}${path}`, init);
    return { status: response.status, body: (await response.json().catch(() => undefined)) as T };
  };
  const ask = async () => (await post<PairingReply>("/pairings", {}, { "user-agent": tizen })).body;
  const look = ({ code, secret }: PairingReply) => post<PairingLookReply>("/pairings/look", { code, secret });
  const problemOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: { problem?: { code: string } }) => error.problem?.code,
    );

  test("is shown to an admin as what it is, and is one of the store from their approval on: told at once, once, for good", async () => {
    const asked = await ask();
    expect(asked.code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    expect(asked.url).toBe(`http://localhost:4280/admin?store=main#devices/${asked.code}`);
    const screen = stand.paired(asked.secret);
    const hearing = await Listener.open(async () => asked.live);
    expect(await status(screen.me())).toBe(401);
    expect((await look(asked)).body).toMatchObject({ state: "waiting", live: expect.any(String) });

    const shown = await admin.get<AskingReply>(`/pairings/${asked.code.toLowerCase()}`);
    expect(shown).toMatchObject({ device: { browser: "Safari", system: "Samsung TV" }, sameNetwork: true });
    await admin.post(`/pairings/${asked.code}/approval`, { name: "Left of the bar" });
    await hearing.hears("paired" as never);
    hearing.close();
    expect((await look(asked)).body).toMatchObject({ state: "paired" });
    // The answer was lost, and the phone asks again; anybody else comes too late.
    await admin.post(`/pairings/${asked.code}/approval`, { name: "Left of the bar" });
    expect(await problemOf(admin.post(`/pairings/${asked.code}/approval`, { name: "Other" }))).toBe("pairing-over");
    expect(await problemOf(admin.get(`/pairings/${asked.code}`))).toBe("pairing-over");

    const me = await screen.me<CallerReply>();
    const roles = { main: ["display"] };
    const stores = { main: { name: expect.any(String), retired: false } };
    expect(me).toEqual({ customerId: expect.any(String), name: "Left of the bar", roles, stores });
    const live = await screen.listen();
    const { code } = await screen.get<{ code: string }>("/code");
    // It is no customer, works at no bar and in no other store.
    expect(await problemOf(screen.post("/scans", { code }))).toBe("forbidden");
    expect(await problemOf(screen.get("/config"))).toBe("forbidden");
    const other = await fetch(`${stand.api}/stores/other/orders`, {
      headers: { authorization: `Bearer ${screen.token}` },
    });
    expect(other.status).toBe(403);
    const customer = await stand.person();
    const id = await stand.scan(customer, screen);
    await customer.command(id, "submit", { drinkId: "drink:espresso" });
    await stand.settle();
    const { order } = await live.hears("order", (message) => message.order.id === id);
    expect(JSON.stringify(order)).not.toContain("customerId");
    live.close();

    expect(await screen.me()).toEqual(me);
    const [one] = (await devices()).filter(({ paired }) => paired);
    expect(one).toMatchObject({ name: "Left of the bar", roles: ["display"], app: "display" });
    await admin.delete(`/devices/${one?.id}`);
    expect(await status(screen.me())).toBe(401);
    // Its code and secret bring it back by no way.
    expect((await look(asked)).body).toMatchObject({ code: "pairing-over" });
  });

  test("a code is over after ten minutes, used or not; another secret sees nothing of it", async () => {
    const [asked, other] = [await ask(), await ask()];
    expect((await look({ ...asked, secret: other.secret })).status).toBe(410);
    await stand.advance("10 min");
    expect((await look(asked)).status).toBe(410);
    expect(await problemOf(admin.post(`/pairings/${asked.code}/approval`, { name: "Late" }))).toBe("pairing-over");
    expect(await status(stand.paired(asked.secret).me())).toBe(401);
  });

  test("is for admins to approve; and neither they nor screens ask without end", async () => {
    await stand.advance("1 min");
    const asked = await ask();
    const [barista, customer] = [await stand.barista(), await stand.person()];
    for (const each of [barista, customer])
      expect(await problemOf(each.post(`/pairings/${asked.code}/approval`, { name: "Mine" }))).toBe("forbidden");
    const guesses = await Promise.all(Array.from({ length: 20 }, () => problemOf(admin.get("/pairings/BCDFGHJK"))));
    expect(guesses.filter((code) => code === "pairing-over")).toHaveLength(10);
    expect(guesses.filter((code) => code === "too-many-requests")).toHaveLength(10);
    const asks = await Promise.all(Array.from({ length: 30 }, () => post("/pairings", {})));
    expect(asks.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(10);
    await stand.advance("1 min");
    expect((await look(asked)).body).toMatchObject({ state: "waiting" });
    expect(await post<Problem>("/pairings", { name: "x" })).toMatchObject({ status: 400 });
  });

  test("becomes one of the store that the admin chooses, whichever its address named; codes are counted over all of an admin's stores", async () => {
    await stand.advance("1 min");
    const { storeId } = await admin.post<StoreReply>("/stores", { name: "Harbour", timeZone: "UTC" });
    await stand.advance("2 s");
    const harbour = admin.inStore(storeId);
    const asked = await ask();
    const place = `/pairings/${asked.code}/approval`;
    expect(await harbour.get<AskingReply>(`/pairings/${asked.code}`)).toMatchObject({ code: asked.code });
    await harbour.post(place, { name: "Pier" });
    await harbour.post(place, { name: "Pier" });
    expect(await problemOf(admin.post(place, { name: "Pier" }))).toBe("pairing-over");
    expect((await look(asked)).body).toMatchObject({ state: "paired" });
    const screen = stand.paired(asked.secret);
    expect((await screen.me<CallerReply>()).roles).toEqual({ [storeId]: ["display"] });
    expect(await problemOf(screen.get("/orders"))).toBe("forbidden");
    expect(await status(screen.inStore(storeId).get("/orders"))).toBe(200);
    // Four were typed in this minute: six are left, here and there together.
    const guesses = Array.from({ length: 10 }, (_, n) => (n % 2 ? harbour : admin).get("/pairings/BCDFGHJK"));
    const told = await Promise.all(guesses.map(problemOf));
    expect(told.filter((code) => code === "pairing-over")).toHaveLength(6);
  });

  test("neither code nor secret lies in the database", async () => {
    const asked = await ask();
    const cosmos = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
    const { resources } = await cosmos.database("crema").container("identity").items.readAll().fetchAll();
    cosmos.dispose();
    const lies = JSON.stringify(resources);
    expect(lies).toContain("pairing:");
    for (const secret of [asked.code, asked.secret]) expect(lies).not.toContain(secret);
  });
});
