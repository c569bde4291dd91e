import type { SessionReply } from "../../contracts/http.ts";
import { type SessionDocument, sessionIdOf } from "../platform/caller.ts";
import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { customerIdOf } from "./customers.ts";
import { randomSecret } from "./secrets.ts";

const goodForSeconds = 30 * 24 * 60 * 60;

/** Opens a session for the person with this number. The token is told once and stored nowhere. */
export async function openSession(phone: string): Promise<SessionReply> {
  const customerId = await customerIdOf(phone);
  const token = randomSecret();
  const session: SessionDocument = {
    id: sessionIdOf(token),
    kind: "session",
    customerId,
    phone,
    expiresAt: new Date(Date.now() + goodForSeconds * 1000).toISOString(),
    ttl: goodForSeconds,
  };
  await (await container("identity")).items.create(session);
  return { token, expiresAt: session.expiresAt };
}

/** Ends a session at once; one that is gone already is as good. */
export async function closeSession(sessionId: string): Promise<void> {
  try {
    await (await container("identity")).item(sessionId, sessionId).delete();
  } catch (error) {
    if (cosmosStatus(error) !== 404) throw error;
  }
}
