import { createHash } from "node:crypto";
import type { HttpRequest } from "@azure/functions";
import type { StaffPage } from "../../contracts/catalog.ts";
import type { AppName, Role } from "../../contracts/common.ts";
import type { Device } from "../../contracts/device.ts";
import { container } from "./clients.ts";
import { Refusal } from "./refusal.ts";
import { sharedRead } from "./shared-read.ts";

/** A session as the service `identity` stores it. The token itself is not stored. */
export interface SessionDocument {
  /** `session:` and the SHA-256 of the token, in hex. */
  id: string;
  kind: "session";
  customerId: string;
  /** Missing for a paired display, where no person is signed in. */
  phone?: string;
  /** The name and store of a paired screen. Its `customerId` belongs to no customer. */
  display?: { storeId: string; name: string };
  /** The app and device that the session was opened with, if known. */
  app?: AppName;
  /** The store that the app showed at that time. */
  store?: string;
  device?: Device;
  /** ISO 8601, as all moments here. Missing in sessions of earlier versions. */
  openedAt?: string;
  /** Approximate: see `noteSeen`. */
  seenAt?: string;
  /** Missing if the session does not expire. */
  expiresAt?: string;
  /** Set after the sign-out. The document is kept a little longer, until no connection of the session can be left. */
  endedAt?: string;
  ttl: number;
}

/** The caller of a request. */
export interface Who {
  customerId: string;
  phone?: string | undefined;
  sessionId: string;
  /** Whether the caller is a paired screen and not a person. */
  display?: SessionDocument["display"];
  /** See the session. */
  app?: AppName | undefined;
  seenAt?: string | undefined;
}

/** The id of a token's session. The token cannot be derived from it. */
export function sessionIdOf(token: string): string {
  return `session:${createHash("sha256").update(token).digest("hex")}`;
}

/** The caller of a request by bearer token; `undefined` without a token. @throws Refusal `not-signed-in` for an invalid token */
export async function whoCalls(request: HttpRequest): Promise<Who | undefined> {
  const header = request.headers.get("authorization");
  if (header === null) return undefined;
  const token = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(header)?.[1];
  if (token === undefined) throw new Refusal("not-signed-in", "The Authorization header must be: Bearer <token>.");
  const id = sessionIdOf(token);
  const resource = await sharedRead(id, async () => {
    const session = (await container("identity")).item(id, id);
    return (await session.read<SessionDocument>()).resource;
  });
  if (resource === undefined || !isOpen(resource)) {
    throw new Refusal("not-signed-in", "This session is over. Please sign in again.");
  }
  const { customerId, phone, display, app, seenAt } = resource;
  return { customerId, phone, sessionId: id, ...(display && { display }), app, seenAt };
}

/** Whether a session is valid: neither signed out nor expired. */
export function isOpen({ endedAt, expiresAt }: SessionDocument): boolean {
  return endedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > Date.now());
}

/** Somebody's roles in a store. */
export interface Standing {
  /** The name that colleagues see; for staff only. */
  name?: string;
  /** Empty for a customer. */
  roles: Role[];
  /** The epoch of the staff page. */
  epoch: number;
}

/**
 * A caller's roles in a store, read while the caller is being identified; no roles for an anonymous caller. Read for each request, so that a role that
 * was taken away ends at once.
 */
export async function standingOf(storeId: string, caller: Promise<Who | undefined>): Promise<Standing> {
  const [who, page] = await Promise.all([caller, staffPage(storeId)]);
  const screen = who?.display?.storeId === storeId ? who.display : undefined;
  if (screen) return { name: screen.name, roles: ["display"], epoch: page?.epoch ?? 0 };
  const person = page?.people.find((candidate) => candidate.phone === who?.phone);
  return { ...(person && { name: person.name }), roles: person?.roles ?? [], epoch: page?.epoch ?? 0 };
}

/**
 * The roles of a customer who is not the caller, by the phone number of one of their sessions. A cross-partition query, so use it only if the result
 * matters.
 */
export async function standingOfCustomer(storeId: string, customerId: string): Promise<Standing> {
  const { items } = await container("identity");
  const query = "SELECT * FROM c WHERE c.kind = 'session' AND c.customerId = @customerId";
  const parameters = [{ name: "@customerId", value: customerId }];
  const { resources } = await items.query<SessionDocument>({ query, parameters }).fetchAll();
  const session = resources.find(isOpen);
  return standingOf(storeId, Promise.resolve(session && { ...session, sessionId: session.id }));
}

/** The epoch in the names of a store's staff groups. */
export async function staffEpoch(storeId: string): Promise<number> {
  return (await staffPage(storeId))?.epoch ?? 0;
}

/** The published staff page of a store. */
export function staffPage(storeId: string): Promise<StaffPage | undefined> {
  return sharedRead(`staff ${storeId}`, async () => {
    return (await (await container("catalog")).item("staff", storeId).read<StaffPage>()).resource;
  });
}
