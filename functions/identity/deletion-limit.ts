import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { createNew } from "../platform/writes.ts";
import type { Customer } from "./personal.ts";
import { sha256 } from "./secrets.ts";

/** A number may be deleted once in so many seconds: whoever has had as many orders as a day allows could begin anew by it again and again. */
const onceIn = 24 * 60 * 60;
const rounds = 3;

/** Whose deletion it was, both under hashes. */
interface DeletionLimit {
  id: string;
  kind: "limit";
  customer: string;
  endsAt: number;
  ttl: number;
}

/**
 * Takes the one deletion that a number has in a day. The same customer takes the same one, however often and by however many requests they ask: an answer may have been lost, and nothing done yet.
 * @throws Refusal `too-many-requests` for who has the number now, `try-again`
 */
export async function takeDeletion({ customerId, phone }: Customer): Promise<void> {
  const identity = await container("identity");
  const id = `limit:${sha256(`deletion of ${phone}`)}`;
  const customer = sha256(customerId);
  for (let round = 0; round < rounds; round++) {
    const limit: DeletionLimit = { id, kind: "limit", customer, endsAt: Date.now() + onceIn * 1000, ttl: onceIn };
    if (await createNew(identity, limit)) return;
    const { resource } = await identity.item(id, id).read<DeletionLimit>();
    if (resource?.customer === customer) return;
    // Where there is none any more it has just expired.
    if (resource === undefined) continue;
    const retryAt = new Date(resource.endsAt).toISOString();
    throw new Refusal("too-many-requests", "This number was deleted within the last day.", { retryAt });
  }
  throw new Refusal("try-again", "Too many changes at the same time. Please try again in a moment.");
}
