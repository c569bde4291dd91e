import { createHash } from "node:crypto";
import type { HttpRequest } from "@azure/functions";
import type { StaffPage } from "../../contracts/catalog.ts";
import type { Role } from "../../contracts/common.ts";
import { container } from "./clients.ts";
import { Refusal } from "./refusal.ts";

/** A signed-in session as the service `identity` stores it: the token itself is kept nowhere. */
export interface SessionDocument {
  /** `session:` and the SHA-256 of the token, in hex. */
  id: string;
  kind: "session";
  customerId: string;
  phone: string;
  /** ISO 8601 */
  expiresAt: string;
  ttl: number;
}

/** Who calls. */
export interface Who {
  customerId: string;
  phone: string;
  sessionId: string;
}

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
  const { resource } = await (await container("identity")).item(id, id).read<SessionDocument>();
  if (resource === undefined || Date.parse(resource.expiresAt) <= Date.now()) {
    throw new Refusal("not-signed-in", "This session is over. Please sign in again.");
  }
  return { customerId: resource.customerId, phone: resource.phone, sessionId: id };
}

/** Staff pages are read anew after this many milliseconds, so that a removed role ends soon. */
const staffFor = 3_000;
const staffPages = new Map<string, { page: StaffPage | undefined; readAt: number }>();

async function staffPage(storeId: string): Promise<StaffPage | undefined> {
  const known = staffPages.get(storeId);
  if (known && Math.abs(Date.now() - known.readAt) < staffFor) return known.page;
  const { resource } = await (await container("catalog")).item("staff", storeId).read<StaffPage>();
  staffPages.set(storeId, { page: resource, readAt: Date.now() });
  return resource;
}

/** What the person with this number is in a store: their name and roles, none for a customer. */
export async function staffOf(storeId: string, phone: string): Promise<{ name?: string; roles: Role[] }> {
  const person = (await staffPage(storeId))?.people.find((candidate) => candidate.phone === phone);
  return person ? { name: person.name, roles: person.roles } : { roles: [] };
}
