import type { InvocationContext } from "@azure/functions";
import type { StaffPage } from "../../contracts/catalog.ts";
import type { SessionView, StaffDevice } from "../../contracts/device.ts";
import type { DevicesReply, SessionsReply } from "../../contracts/http.ts";
import { groups } from "../../contracts/push.ts";
import { isOpen, type SessionDocument, staffPage, type Who } from "../platform/caller.ts";
import { container } from "../platform/clients.ts";
import { isConnected } from "../platform/connections.ts";
import { Refusal } from "../platform/refusal.ts";
import { closeSession } from "./sessions.ts";

type Log = Pick<InvocationContext, "warn">;

const oneHour = 60 * 60_000;
/** The shortest time between two writes of a session's last use, in ms. So not every visit of a customer costs a write. */
const seenEvery = { staff: oneHour, customer: 24 * oneHour };

/**
 * Records that a session is used. Apps request `/me` when they are opened, and staff apps each hour. So this costs at most one write an hour for a
 * screen, and one a day for a customer's phone. A failed write is left to the next call.
 */
export async function noteSeen({ sessionId, seenAt, app }: Who, log: Log): Promise<void> {
  const now = Date.now();
  const every = app === "customer" ? seenEvery.customer : seenEvery.staff;
  if (seenAt !== undefined && now - Date.parse(seenAt) < every) return;
  try {
    await (await container("identity")).item(sessionId, sessionId).patch({
      condition: "FROM c WHERE NOT IS_DEFINED(c.endedAt)",
      operations: [{ op: "set", path: "/seenAt", value: new Date(now).toISOString() }],
    });
  } catch (error) {
    log.warn("When a session was seen last could not be noted", error);
  }
}

/** A person's sessions, in all apps. */
export async function sessionsOf({ customerId, sessionId }: Who): Promise<SessionsReply> {
  const found = await openSessions("c.customerId = @customerId", { customerId });
  const sessions = await Promise.all(
    found.map(async (session): Promise<SessionView> => {
      const { expiresAt } = session;
      return { ...(await placeOf(session, sessionId)), ...(expiresAt && { expiresAt }) };
    }),
  );
  return { sessions: sessions.sort(lastUsedFirst), now: new Date().toISOString() };
}

/** Ends one of a person's own sessions. @throws Refusal `not-found` */
export async function endOwnSession({ customerId }: Who, id: string, log: Log): Promise<void> {
  const session = await readOpen(id);
  if (session?.customerId !== customerId) throw noSuchDevice();
  await closeSession(session.id, log);
}

/** The work sessions of a store's staff, and its displays. Sessions that staff have as customers are private and not included. */
export async function devicesOf(storeId: string, { sessionId }: Who): Promise<DevicesReply> {
  const staff = await staffSessions(storeId);
  const devices = await Promise.all(
    staff.map(async ({ session, name, roles }): Promise<StaffDevice> => {
      const paired = session.display !== undefined;
      return { ...(await placeOf(session, sessionId)), person: session.customerId, name, roles, paired };
    }),
  );
  devices.sort((a, b) => a.name.localeCompare(b.name) || compare(a.person, b.person) || lastUsedFirst(a, b));
  return { devices, now: new Date().toISOString() };
}

/** Ends a work session of the store's staff, or a display's. @throws Refusal `not-found`, also for a session that the store may not see */
export async function endDevice(storeId: string, id: string, log: Log): Promise<void> {
  const session = await readOpen(id);
  const known = session && staffIn(storeId, await staffPage(storeId), session);
  if (session === undefined || known === undefined || (await isOfAnother(storeId, session))) throw noSuchDevice();
  await closeSession(session.id, log);
}

/** Ends all work sessions of one person. @param person their opaque id */
export async function endDevicesOf(storeId: string, person: string, log: Log): Promise<void> {
  const theirs = (await staffSessions(storeId)).filter(({ session }) => session.customerId === person);
  await Promise.all(theirs.map(({ session }) => closeSession(session.id, log)));
}

async function staffSessions(storeId: string) {
  const page = await staffPage(storeId);
  const phones = page?.people.map(({ phone }) => phone) ?? [];
  const condition = "(ARRAY_CONTAINS(@phones, c.phone) OR c.display.storeId = @storeId)";
  const found = await openSessions(condition, { phones, storeId });
  const others = await Promise.all(found.map((session) => isOfAnother(storeId, session)));
  return found.flatMap((session, at) => {
    const known = staffIn(storeId, page, session);
    return known && !others[at] ? [{ session, ...known }] : [];
  });
}

/**
 * Whether a session was opened at another store by somebody who works there. Then it belongs to that store. Otherwise an admin could see and end the
 * sessions of another store's staff by adding their number to the list of people.
 */
async function isOfAnother(storeId: string, { store, phone }: SessionDocument): Promise<boolean> {
  if (store === undefined || store === storeId) return false;
  return (await staffPage(store))?.people.some((person) => person.phone === phone) ?? false;
}

/** The name and roles of the person or display of this store that a session belongs to, if any. */
function staffIn(storeId: string, page: StaffPage | undefined, { phone, app, display }: SessionDocument) {
  if (display) return display.storeId === storeId ? { name: display.name, roles: ["display" as const] } : undefined;
  const person = page?.people.find((candidate) => candidate.phone === phone);
  return person === undefined || app === "customer" ? undefined : { name: person.name, roles: person.roles };
}

async function openSessions(condition: string, values: Record<string, string | string[]>): Promise<SessionDocument[]> {
  const query = `SELECT * FROM c WHERE c.kind = 'session' AND NOT IS_DEFINED(c.endedAt) AND ${condition}`;
  const parameters = Object.entries(values).map(([name, value]) => ({ name: `@${name}`, value }));
  // A cross-partition query, which is acceptable because it is rare.
  const { items } = await container("identity");
  const { resources } = await items.query<SessionDocument>({ query, parameters }).fetchAll();
  return resources.filter(isOpen);
}

/** @param id the session's id from the list, without its kind */
async function readOpen(id: string): Promise<SessionDocument | undefined> {
  if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
  const { resource } = await (await container("identity"))
    .item(`session:${id}`, `session:${id}`)
    .read<SessionDocument>();
  return resource && isOpen(resource) ? resource : undefined;
}

async function placeOf({ id, app, device, openedAt, seenAt }: SessionDocument, asking: string) {
  return {
    // The id is the hash of 256 random bits: it grants no access and cannot be reversed.
    id: id.replace("session:", ""),
    ...(app && { app }),
    ...(device && { device }),
    ...(openedAt && { openedAt }),
    ...(seenAt && { seenAt }),
    connected: await isConnected(groups.session(id)),
    current: id === asking,
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const lastUsedFirst = (a: Pick<SessionView, "seenAt">, b: Pick<SessionView, "seenAt">) =>
  compare(b.seenAt ?? "", a.seenAt ?? "");

function noSuchDevice(): Refusal {
  return new Refusal("not-found", "Nobody is signed in there any more.");
}
