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

/** The id of the person with this number, who signs in again: the same ever after their first time. `undefined` of somebody new. */
export async function knownCustomer(phone: string): Promise<string | undefined> {
  const id = customerDocumentId(phone);
  // The write restarts the TTL.
  const known = await patched<CustomerDocument>(await container("identity"), id, id, [
    { op: "set", path: "/signedInAt", value: new Date().toISOString() },
  ]);
  return known?.customerId;
}

/**
 * Keeps that the person with this number is this customer from now on.
 * @returns the id that is theirs: another one where they have signed in for the first time elsewhere at once, and were first there
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
