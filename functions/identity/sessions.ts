import type { Container } from "@azure/cosmos";
import type { InvocationContext } from "@azure/functions";
import type { AppName } from "../../contracts/common.ts";
import type { Device } from "../../contracts/device.ts";
import type { SessionReply } from "../../contracts/http.ts";
import { groups } from "../../contracts/push.ts";
import { isOpen, type SessionDocument, sessionIdOf } from "../platform/caller.ts";
import { container } from "../platform/clients.ts";
import { clockSkew, closeConnectionsOf, listenWithin } from "../platform/connections.ts";
import { Refusal } from "../platform/refusal.ts";
import { createNew, patched, remove } from "../platform/writes.ts";
import type { Answered } from "./challenges.ts";
import { keepCustomer, knownCustomer } from "./customers.ts";
import { pairingGoodFor } from "./pairing.ts";
import { randomId } from "./secrets.ts";

const goodForSeconds = 30 * 24 * 60 * 60;
/** How long an ended or expired session is kept at most, in seconds, so that its connections can be found and closed. */
const keptOver = 24 * 60 * 60;

/** The app and device of a new session, for the list of devices. */
export interface OpenedWith {
  app?: AppName | undefined;
  store?: string | undefined;
  device?: Device;
}

/** The session of a person, which always expires. */
type PersonSession = SessionDocument & { expiresAt: string };

/**
 * Opens the session that belongs to a code. The token is not stored. If the session is open already, because the first reply was lost, it is returned.
 * @throws Refusal `challenge-over` if the session was ended since
 */
export async function openSession(
  { phone, token }: Answered,
  { app, store, device }: OpenedWith = {},
): Promise<SessionReply> {
  const identity = await container("identity");
  const id = sessionIdOf(token);
  const before = await openedBefore(identity, id);
  if (before) return { token, expiresAt: await settled(before, phone) };
  const known = await knownCustomer(phone);
  const now = Date.now();
  const openedAt = new Date(now).toISOString();
  const session: PersonSession = {
    id,
    kind: "session",
    customerId: known ?? randomId(),
    phone,
    ...(app && { app }),
    ...(store && { store }),
    ...(device && { device }),
    openedAt,
    seenAt: openedAt,
    expiresAt: new Date(now + goodForSeconds * 1000).toISOString(),
    ttl: goodForSeconds + keptOver,
  };
  if (!(await createNew(identity, session))) {
    // Two concurrent requests: the other one was first.
    const first = await openedBefore(identity, id);
    if (first === undefined) throw codeWasUsed();
    return { token, expiresAt: await settled(first, phone) };
  }
  return { token, expiresAt: known ? session.expiresAt : await settled(session, phone) };
}

/**
 * Creates the customer document of a new session, or renews it. This happens only after the session exists: somebody whose code was already used may
 * have been deleted since, and must not become a customer again. If somebody is deleted at this very moment, the new document has the old customer id, so
 * the sweep deletes it before it publishes the event.
 * @returns when the session ends
 */
async function settled({ id, customerId, expiresAt }: PersonSession, phone: string): Promise<string> {
  const theirs = await keepCustomer(phone, customerId);
  if (theirs !== customerId) {
    const condition = "FROM c WHERE NOT IS_DEFINED(c.endedAt)";
    const operations = [{ op: "set" as const, path: "/customerId", value: theirs }];
    await patched(await container("identity"), id, id, { condition, operations });
  }
  return expiresAt;
}

/** The session that was opened with the same code before, if any. @throws Refusal `challenge-over` if it was ended since */
async function openedBefore(identity: Container, id: string): Promise<PersonSession | undefined> {
  const { resource } = await identity.item(id, id).read<PersonSession>();
  if (resource && !isOpen(resource)) throw codeWasUsed();
  return resource;
}

function codeWasUsed(): Refusal {
  return new Refusal("challenge-over", "This code was used. Please ask for a new one.");
}

type Log = Pick<InvocationContext, "warn">;

/** Ends a session at once, for requests and connections. Succeeds also if it does not exist. */
export async function closeSession(sessionId: string, log: Log): Promise<void> {
  if (!(await markEnded(sessionId))) return;
  try {
    await closeConnectionsOf(groups.session(sessionId));
  } catch (error) {
    log.warn("The connections of a session that was signed out are closed within a minute: just now it failed", error);
  }
}

/** Ends all sessions of a person, on all devices. */
export async function closeAllSessions(customerId: string, log: Log): Promise<void> {
  const query = "SELECT VALUE c.id FROM c WHERE c.kind = 'session' AND c.customerId = @customerId";
  const parameters = [{ name: "@customerId", value: customerId }];
  // A cross-partition query, which is acceptable because it is rare.
  const { items } = await container("identity");
  const { resources } = await items.query<string>({ query, parameters }).fetchAll();
  await Promise.all(resources.map((id) => closeSession(id, log)));
}

/** The condition for sessions that the sweep must handle at `@now`. */
export const sessionsOver = "(c.kind = 'session' AND (c.expiresAt <= @now OR IS_DEFINED(c.endedAt)))";

/**
 * Closes the remaining connections of an ended or expired session. Deletes the session once its last client URL cannot be used to connect any more. So a
 * sign-out works even during an outage of Web PubSub, and a client URL that somebody kept is useless.
 * A display's session is kept at least as long as its pairing code. Only from it can the screen learn that it was ended; otherwise it would wait for a
 * code that was already used.
 */
export async function sweepSession({ id, display, openedAt, endedAt, expiresAt }: SessionDocument): Promise<void> {
  await closeConnectionsOf(groups.session(id));
  const listened = Date.parse(endedAt ?? expiresAt ?? "") + listenWithin;
  const paired = display ? Date.parse(openedAt ?? "") + pairingGoodFor * 1000 : 0;
  if (Math.max(listened, paired) + clockSkew >= Date.now()) return;
  await remove(await container("identity"), id, id);
}

/** Ends a session of a customer who is being deleted. The document remains for closing its connections, without personal data. */
export async function forgetSession(sessionId: string, log: Log): Promise<void> {
  await closeSession(sessionId, log);
  await patched(await container("identity"), sessionId, sessionId, [
    { op: "set", path: "/customerId", value: "deleted-customer" },
    { op: "set", path: "/phone", value: "" },
  ]);
}

/** @returns false if the session no longer exists */
async function markEnded(sessionId: string): Promise<boolean> {
  const endedAt = new Date().toISOString();
  const ended = await patched(await container("identity"), sessionId, sessionId, [
    { op: "set", path: "/endedAt", value: endedAt },
    { op: "set", path: "/ttl", value: keptOver },
  ]);
  return ended !== undefined;
}
