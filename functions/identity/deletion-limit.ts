import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { createNew } from "../platform/writes.ts";
import type { Customer } from "./personal.ts";
import { sha256 } from "./secrets.ts";

/** A number may be deleted once in this time, in seconds. Otherwise a customer could reset the daily limit of orders by being deleted. */
const onceIn = 24 * 60 * 60;
const rounds = 3;

/** The record of a deletion. Number (in the id) and customer are hashed. */
interface DeletionLimit {
  id: string;
  kind: "limit";
  customer: string;
  endsAt: number;
  ttl: number;
}

/**
 * Takes the one deletion that a number has in a day. It is idempotent for the same customer, since a reply may have been lost before anything was deleted.
 * @throws Refusal `too-many-requests` if another customer with this number was deleted within the day, `try-again`
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
    // The document has just expired.
    if (resource === undefined) continue;
    const retryAt = new Date(resource.endsAt).toISOString();
    throw new Refusal("too-many-requests", "This number was deleted within the last day.", { retryAt });
  }
  throw new Refusal("try-again", "Too many changes at the same time. Please try again in a moment.");
}
