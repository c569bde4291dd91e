import { createHash } from "node:crypto";
import type { HttpRequest } from "@azure/functions";
import type { StaffPage } from "../../contracts/catalog.ts";
import type { AppName, Role } from "../../contracts/common.ts";
import type { Device } from "../../contracts/device.ts";
import { container } from "./clients.ts";
import { Refusal } from "./refusal.ts";
import { sharedRead } from "./shared-read.ts";

/** A signed-in session as the service `identity` stores it: the token itself is kept nowhere. */
export interface SessionDocument {
  /** `session:` and the SHA-256 of the token, in hex. */
  id: string;
  kind: "session";
  customerId: string;
  /** Missing of a display that was paired: nobody is signed in there. */
  phone?: string;
  /** What a screen was paired as; its `customerId` is no customer's. */
  display?: { storeId: string; name: string };
  /** What it was opened with, as far as that was told. */
  app?: AppName;
  /** Which store that showed then. */
  store?: string;
  device?: Device;
  /** ISO 8601, as all moments here. Missing of sessions of before that was kept. */
  openedAt?: string;
  /** Not exact: see `noteSeen`. */
  seenAt?: string;
  /** Missing of one that no age ends. */
  expiresAt?: string;
  /** Set once it was signed out; it is kept a little longer, until no connection of it can be left. */
  endedAt?: string;
  ttl: number;
}

/** Who calls. */
export interface Who {
  customerId: string;
  phone?: string | undefined;
  sessionId: string;
  /** A screen that was paired, and no person. */
  display?: SessionDocument["display"];
  /** Of the session, see there. */
  app?: AppName | undefined;
  seenAt?: string | undefined;
}

/** The id of the session that a token opens: who reads it cannot tell the token. */
export function sessionIdOf(token: string): string {
  return `session:${createHash("sha256").update(token).digest("hex")}`;
}

/** The caller by their bearer token, or `undefined` when there is none. @throws Refusal `not-signed-in` for a token that is not good. */
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

/** Whether a session was neither ended nor has come to its end. */
export function isOpen({ endedAt, expiresAt }: SessionDocument): boolean {
  return endedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > Date.now());
}

/** What somebody is in a store. */
export interface Standing {
  /** As colleagues know them; of staff. */
  name?: string;
  /** None for a customer. */
  roles: Role[];
  /** Of the staff page that says so. */
  epoch: number;
}

/**
 * What a caller is in a store, while it is looked up who they are: nobody in particular when they are nobody. Asked anew for each request: a role that was
 * taken away ends at once.
 */
export async function standingOf(storeId: string, caller: Promise<Who | undefined>): Promise<Standing> {
  const [who, page] = await Promise.all([caller, staffPage(storeId)]);
  const screen = who?.display?.storeId === storeId ? who.display : undefined;
  if (screen) return { name: screen.name, roles: ["display"], epoch: page?.epoch ?? 0 };
  const person = page?.people.find((candidate) => candidate.phone === who?.phone);
  return { ...(person && { name: person.name }), roles: person?.roles ?? [], epoch: page?.epoch ?? 0 };
}

/**
 * The same of a customer who is not calling: by the phone number that an open session of theirs was opened with. Asked over all partitions, so only
 * where something hangs on it.
 */
export async function standingOfCustomer(storeId: string, customerId: string): Promise<Standing> {
  const { items } = await container("identity");
  const query = "SELECT * FROM c WHERE c.kind = 'session' AND c.customerId = @customerId";
  const parameters = [{ name: "@customerId", value: customerId }];
  const { resources } = await items.query<SessionDocument>({ query, parameters }).fetchAll();
  const session = resources.find(isOpen);
  return standingOf(storeId, Promise.resolve(session && { ...session, sessionId: session.id }));
}

/** The epoch that the groups of a store's staff are named after. */
export async function staffEpoch(storeId: string): Promise<number> {
  return (await staffPage(storeId))?.epoch ?? 0;
}

/** Who works at a store, as it is published. */
export function staffPage(storeId: string): Promise<StaffPage | undefined> {
  return sharedRead(`staff ${storeId}`, async () => {
    return (await (await container("catalog")).item("staff", storeId).read<StaffPage>()).resource;
  });
}
