import { container } from "../platform/clients.ts";
import { createNew, patched } from "../platform/writes.ts";
import { randomId, sha256 } from "./secrets.ts";

/** Forgotten this long after the last sign-in, in seconds: a year and a month. */
const keptFor = 396 * 24 * 60 * 60;

interface CustomerDocument {
  /** `customer:` and the SHA-256 of the phone number. */
  id: string;
  kind: "customer";
  customerId: string;
  signedInAt: string;
  ttl: number;
}

/** The id of the document of whoever has this number (E.164). */
export const customerDocumentId = (phone: string) => `customer:${sha256(phone)}`;

/** The id of the person with this number: a random one, given at the first sign-in and the same ever after. */
export async function customerIdOf(phone: string): Promise<string> {
  const id = customerDocumentId(phone);
  const identity = await container("identity");
  const signedInAt = new Date().toISOString();
  for (let round = 0; round < 3; round++) {
    // The write starts the TTL anew.
    const known = await patched<CustomerDocument>(identity, id, id, [
      { op: "set", path: "/signedInAt", value: signedInAt },
    ]);
    if (known) return known.customerId;
    const customer: CustomerDocument = { id, kind: "customer", customerId: randomId(), signedInAt, ttl: keptFor };
    // Where the same person signs in twice at once the first one's id is the id.
    if (await createNew(identity, customer)) return customer.customerId;
  }
  throw new Error("A customer document was there and was not, three times over.");
}
