import { container } from "../platform/clients.ts";
import { createNew, patched } from "../platform/writes.ts";
import { randomId, sha256 } from "./secrets.ts";

/** How long after the last sign-in a customer is deleted, in seconds: a year and a month. */
const keptFor = 396 * 24 * 60 * 60;

interface CustomerDocument {
  /** `customer:` and the SHA-256 of the phone number. */
  id: string;
  kind: "customer";
  customerId: string;
  signedInAt: string;
  ttl: number;
}

/** The id of the customer document for this number (E.164). */
export const customerDocumentId = (phone: string) => `customer:${sha256(phone)}`;

/** The customer id for this number, which stays the same from the first sign-in on; `undefined` for a new customer. Records the sign-in. */
export async function knownCustomer(phone: string): Promise<string | undefined> {
  const id = customerDocumentId(phone);
  // The write restarts the TTL.
  const known = await patched<CustomerDocument>(await container("identity"), id, id, [
    { op: "set", path: "/signedInAt", value: new Date().toISOString() },
  ]);
  return known?.customerId;
}

/**
 * Creates the customer document for this number.
 * @returns the customer's id; it differs from `customerId` if a concurrent first sign-in came first
 */
export async function keepCustomer(phone: string, customerId = randomId()): Promise<string> {
  const identity = await container("identity");
  for (let round = 0; round < 3; round++) {
    const [id, signedInAt] = [customerDocumentId(phone), new Date().toISOString()];
    const customer: CustomerDocument = { id, kind: "customer", customerId, signedInAt, ttl: keptFor };
    if (await createNew(identity, customer)) return customerId;
    const known = await knownCustomer(phone);
    if (known) return known;
  }
  throw new Error("A customer document was there and was not, three times over.");
}
