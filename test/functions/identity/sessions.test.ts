import { Items } from "@azure/cosmos";
import { HttpRequest } from "@azure/functions";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { customerId as customerIdSchema, type Role } from "../../../contracts/common.ts";
import { hub } from "../../../contracts/push.ts";
import { customerDocumentId, keepCustomer, knownCustomer } from "../../../functions/identity/customers.ts";
import { deleteCustomer } from "../../../functions/identity/deletion.ts";
import { noteSeen } from "../../../functions/identity/devices.ts";
import { describeCaller } from "../../../functions/identity/me.ts";
import { approvePairing, askingWith, lookAtPairing, startPairing } from "../../../functions/identity/pairing.ts";
import { randomSecret } from "../../../functions/identity/secrets.ts";
import { closeSession, openSession } from "../../../functions/identity/sessions.ts";
import { sweepIdentity } from "../../../functions/identity/sweep.ts";
import { whoCalls } from "../../../functions/platform/caller.ts";
import type { Network } from "../../../functions/platform/client-address.ts";
import { startWebPubSub, type WebPubSub } from "../../../local/webpubsub/index.ts";
import { pageOf } from "../orders/shop.ts";
import { parts, type Services, startServices } from "./services.ts";

const own = parts();
let services: Services;
let push: WebPubSub;
let phones = 0;
beforeAll(async () => {
  push = await startWebPubSub(own, { port: 0, hubs: [hub] });
  services = await startServices({ WEBPUBSUB: push.connectionString });
});
afterAll(async () => {
  await services.close();
  await push.close();
  own.clock.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const log = { warn: (...said: unknown[]) => expect.unreachable(said.join(" ")) };
const newPhone = () => `+120255501${String(phones++).padStart(2, "0")}`;
const opened = (phone: string) => openSession({ phone, token: randomSecret() });
const kept = async (id = "") => (await services.container("identity").item(id, id).read()).resource;
const bearing = (token: string) =>
  new HttpRequest({ method: "GET", url: "http://localhost/api/me", headers: { authorization: `Bearer ${token}` } });
const later = (milliseconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
const problem = (code: string, more: object = {}) =>
  expect.objectContaining({ problem: expect.objectContaining({ code, ...more }) });

test("a token names the person until the session is ended", async () => {
  const phone = newPhone();
  const { token } = await opened(phone);
  const who = await whoCalls(bearing(token));
  expect(who).toMatchObject({ phone, customerId: await knownCustomer(phone) });
  await closeSession(who?.sessionId ?? "", log);
  await expect(whoCalls(bearing(token))).rejects.toEqual(problem("not-signed-in"));
  await closeSession(who?.sessionId ?? "", log);
});

test("a session ends by itself after thirty days", async () => {
  const { token, expiresAt } = await opened(newPhone());
  expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(29.99 * 86_400_000);
  later(30 * 86_400_000);
  // Cosmos DB must see the same time, or it would refuse our signature.
  await expect(whoCalls(bearing(token))).rejects.toEqual(problem("not-signed-in"));
});

test("a display that was paired is one until it is ended, and no customer", async () => {
  await services.container("catalog").items.create({ id: "page", storeId: "west", version: 1 });
  const here: [Network] = [{ name: "192.0.2.1", wide: false }];
  const admin = { customerId: "admin-0123456789ab", sessionId: "s" };
  const { code, secret } = await startPairing("west", {}, here);
  await expect(whoCalls(bearing(secret))).rejects.toEqual(problem("not-signed-in"));
  await approvePairing("west", code, "Left of the bar", admin, console);
  later(4_000 * 86_400_000);
  const who = await whoCalls(bearing(secret));
  expect(who).toMatchObject({ display: { storeId: "west", name: "Left of the bar" } });
  expect(who?.phone).toBeUndefined();
  const { resource } = await services
    .container("identity")
    .item(who?.sessionId ?? "", who?.sessionId)
    .read();
  expect(resource).toMatchObject({ ttl: -1 });
  await closeSession(who?.sessionId ?? "", log);
  await expect(whoCalls(bearing(secret))).rejects.toEqual(problem("not-signed-in"));
});

test("an admin sees whether a screen asks from their own network; of two who approve it at once as another, one does, and nobody else is told so", async () => {
  await services.container("catalog").items.create({ id: "page", storeId: "east", version: 1 });
  const at = (name: string): [Network] => [{ name, wide: false }];
  const admins = ["admin-of-the-east-1", "admin-of-the-east-2"].map((customerId) => ({ customerId, sessionId: "s" }));
  const [one = admins[0], other = admins[1]] = admins;
  if (one === undefined || other === undefined) return expect.unreachable();
  // A clock that stands: how long this takes is no part of the ten minutes.
  later(0);
  const { code, secret, expiresAt, now } = await startPairing("east", {}, at("192.0.2.7"));
  expect(Date.parse(expiresAt) - Date.parse(now)).toBe(600_000);
  expect(await askingWith(code, one, at("192.0.2.7"))).toMatchObject({ sameNetwork: true, expiresAt });
  expect(await askingWith(code, one, at("192.0.2.8"))).toMatchObject({ sameNetwork: false });
  const names = ["Left", "Right"];
  const approvals = await Promise.allSettled(
    admins.map((admin, n) => approvePairing("east", code, names[n] ?? "", admin, log)),
  );
  const refused = approvals.filter((each) => each.status === "rejected").map(({ reason }) => reason);
  expect(refused).toEqual([problem("pairing-over")]);
  const name = names[approvals.findIndex(({ status }) => status === "fulfilled")];
  expect(await whoCalls(bearing(secret))).toMatchObject({ display: { storeId: "east", name } });
});

test("a display that was ended before its screen looked needs another code, and is no display anew by the one that it had: swept or not", async () => {
  await services.container("catalog").items.create({ id: "page", storeId: "south", version: 1 });
  const here: [Network] = [{ name: "192.0.2.9", wide: false }];
  const admin = { customerId: "admin-of-the-south", sessionId: "s" };
  const { code, secret } = await startPairing("south", {}, here);
  await approvePairing("south", code, "Left", admin, console);
  const { sessionId = "" } = (await whoCalls(bearing(secret))) ?? {};
  await closeSession(sessionId, log);
  // As if the approval could not be noted with the code.
  const { resources } = await services
    .container("identity")
    .items.readAll<{ id: string; sessionId?: string }>()
    .fetchAll();
  const pairing = resources.find((each) => each.id.startsWith("pairing:") && each.sessionId === sessionId)?.id ?? "";
  for (const noted of [true, false]) {
    if (!noted)
      await services
        .container("identity")
        .item(pairing, pairing)
        .patch([{ op: "remove", path: "/approved" }]);
    for (const minutes of [0, 9]) {
      later(minutes * 60_000);
      await sweepIdentity(log);
      await expect(lookAtPairing(code, secret), `${minutes} ${noted}`).rejects.toEqual(problem("pairing-over"));
      if (!noted)
        await expect(approvePairing("south", code, "Left", admin, log)).rejects.toEqual(problem("pairing-over"));
      vi.useRealTimers();
    }
  }
  // With its code the display is forgotten, as any session is.
  later(16 * 60_000);
  await sweepIdentity(log);
  expect(await kept(sessionId)).toBeUndefined();
  await expect(lookAtPairing(code, secret)).rejects.toEqual(problem("pairing-over"));
});

test.each([
  ["customer", 24 * 60],
  ["barista", 60],
] as const)(
  "when a session of the %s's app was used last is written each %i minutes at most, and never once it is over",
  async (app, minutes) => {
    const { token } = await openSession({ phone: newPhone(), token: randomSecret() }, { app });
    const note = async () => {
      const who = await whoCalls(bearing(token));
      if (who === undefined) return expect.unreachable();
      await noteSeen(who, log);
      return { who, seenAt: (await kept(who.sessionId))?.seenAt as string };
    };
    const first = await note();
    later((minutes - 1) * 60_000);
    expect((await note()).seenAt).toBe(first.seenAt);
    later(2 * 60_000);
    const second = await note();
    expect(Date.parse(second.seenAt) - Date.parse(first.seenAt)).toBeCloseTo((minutes + 1) * 60_000, -4);
    later(2 * minutes * 60_000);
    await closeSession(second.who.sessionId, log);
    await noteSeen(second.who, { warn: () => undefined });
    expect(await kept(second.who.sessionId)).toMatchObject({ seenAt: second.seenAt });
  },
);

test("a session that is over is forgotten when its last address to listen at cannot be used any more: a minute, and five that clocks may differ by", async () => {
  const { token } = await opened(newPhone());
  const { sessionId = "" } = (await whoCalls(bearing(token))) ?? {};
  await closeSession(sessionId, log);
  later(6 * 60_000 - 5_000);
  await sweepIdentity(log);
  expect(await kept(sessionId)).toBeDefined();
  later(10_000);
  await sweepIdentity(log);
  expect(await kept(sessionId)).toBeUndefined();
});

test("opened again with the same code it is the same session, at once and later, until it is ended", async () => {
  const answered = { phone: newPhone(), token: randomSecret() };
  const both = await Promise.all([openSession(answered), openSession(answered)]);
  later(2_000);
  const again = await openSession(answered);
  expect(again.token).toBe(answered.token);
  const who = await whoCalls(bearing(answered.token));
  const { resource } = await services
    .container("identity")
    .item(who?.sessionId ?? "", who?.sessionId)
    .read();
  for (const { expiresAt } of [...both, again]) expect(expiresAt).toBe(resource.expiresAt);
  await closeSession(who?.sessionId ?? "", log);
  const customers = async () => {
    const query = "SELECT VALUE c.id FROM c WHERE c.kind = 'customer'";
    return (await services.container("identity").items.query(query).fetchAll()).resources.length;
  };
  // Nobody is a customer anew by a code that was used: they may have been forgotten since.
  const before = await customers();
  await services
    .container("identity")
    .item(customerDocumentId(answered.phone), customerDocumentId(answered.phone))
    .delete();
  await expect(openSession(answered)).rejects.toEqual(problem("challenge-over", { status: 410 }));
  expect(await customers()).toBe(before - 1);
});

test("ending one session leaves the person's others", async () => {
  const phone = newPhone();
  const [first, second] = [await opened(phone), await opened(phone)];
  await closeSession((await whoCalls(bearing(first.token)))?.sessionId ?? "", log);
  expect(await whoCalls(bearing(second.token))).toMatchObject({ phone });
});

test("a person has one id for ever, also when they first sign in twice at once, and it tells nothing of the number", async () => {
  const phone = newPhone();
  const ids = await Promise.all(Array.from({ length: 8 }, () => keepCustomer(phone)));
  expect(new Set(ids).size).toBe(1);
  expect(customerIdSchema.parse(ids[0])).not.toContain(phone.slice(1));
  expect(await knownCustomer(phone)).toBe(ids[0]);
  expect(await keepCustomer(newPhone())).not.toBe(ids[0]);
  // Each by a code of their own.
  const other = newPhone();
  const sessions = await Promise.all(Array.from({ length: 8 }, () => opened(other)));
  const here = await Promise.all(sessions.map(({ token }) => whoCalls(bearing(token))));
  expect(new Set(here.map((who) => who?.customerId))).toEqual(new Set([await knownCustomer(other)]));
});

/** Before the identity's next new document is written, something else happens. */
function beforeNext(happens: () => Promise<unknown>): void {
  const create = Items.prototype.create;
  vi.spyOn(Items.prototype, "create").mockImplementationOnce(async function (this: Items, ...given) {
    await happens();
    return create.apply(this, given);
  });
}

test("who is forgotten while the same code is sent once more is no customer anew by that", async () => {
  const answered = { phone: newPhone(), token: randomSecret() };
  beforeNext(async () => {
    await openSession(answered);
    const { customerId = "" } = (await whoCalls(bearing(answered.token))) ?? {};
    await deleteCustomer({ customerId, phone: answered.phone }, log);
  });
  await expect(openSession(answered)).rejects.toEqual(problem("challenge-over"));
  expect(await kept(customerDocumentId(answered.phone))).toBeUndefined();
});

test("what was stopped between a session and its customer is made good when the code is sent once more", async () => {
  const answered = { phone: newPhone(), token: randomSecret() };
  beforeNext(async () => beforeNext(() => Promise.reject(new Error("It ended here."))));
  await expect(openSession(answered)).rejects.toThrow("It ended here.");
  await openSession(answered);
  const { customerId } = (await whoCalls(bearing(answered.token))) ?? {};
  expect(customerIdSchema.parse(customerId)).toBe(await knownCustomer(answered.phone));
});

test("no token lies in the database", async () => {
  const { token } = await opened(newPhone());
  const { resources } = await services.container("identity").items.readAll().fetchAll();
  expect(JSON.stringify(resources)).not.toContain(token);
});

test("people are told their roles in every store, what it is called, and their number hidden", async () => {
  const phone = newPhone();
  const page = (storeId: string, roles: Role[]) => ({
    id: "staff",
    storeId,
    version: 1,
    people: [{ phone, name: "Bea", roles }],
  });
  await services.container("catalog").items.create(page("main", ["barista"]));
  await services.container("catalog").items.create(page("north", ["admin", "barista"]));
  // The first document of the other has a mistake yet.
  await services.container("catalog").items.create({ ...pageOf({ name: "North stand" }, "north"), id: "page" });
  const who = { customerId: "customer-0123456789", phone, sessionId: "s" };
  expect(await describeCaller(who)).toEqual({
    customerId: "customer-0123456789",
    phone: `••• ${phone.slice(-3)}`,
    name: "Bea",
    roles: { main: ["barista"], north: ["admin", "barista"] },
    stores: { north: { name: "North stand", retired: false } },
  });
  expect(await describeCaller({ ...who, phone: newPhone() })).toMatchObject({ roles: {}, stores: {} });
});
