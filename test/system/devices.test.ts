import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StaffDevice } from "../../contracts/device.ts";
import type { ConfigReply, DevicesReply, SessionsReply } from "../../contracts/http.ts";
import type { Person } from "./person.ts";
import { Stand, staffPhones } from "./stand.ts";

const iPad =
  "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1";

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

test.each([
  ["removed", undefined],
  ["demoted to the display", ["display"]],
])(
  "a barista who is %s is put out within two seconds of the clock: requests at once, then the connection",
  async (_, roles) => {
    const number = roles ? "+14255550177" : "+14255550178";
    const place = `/config/staff:${number}`;
    const bea = {
      id: `staff:${number}`,
      kind: "staff",
      storeId: "main",
      phone: number,
      name: "Bea",
      roles: ["barista"],
    };
    await admin.put(place, bea);
    await stand.settle();
    await stand.advance("2 s");
    const barista = await stand.person(number);
    const screen = await barista.listen();
    const groups = () => stand.azure.webPubSub.connections("crema").flatMap((one) => one.groups);
    expect(groups().filter((group) => group.startsWith("staff."))).toHaveLength(1);
    const { documents } = await admin.get<ConfigReply>("/config");
    const guarded = { "if-match": documents.find(({ document }) => document.id === bea.id)?.etag ?? "" };
    if (roles) await admin.put(place, { ...bea, roles }, guarded);
    else await admin.delete(place, guarded);
    expect(await status(barista.get("/config"))).toBe(403);
    await stand.advance("1 s");
    await stand.settle();
    expect(groups().filter((group) => group.startsWith("staff."))).toEqual([]);
    screen.close();
  },
);
