import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
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

export const customerDocumentId = (phone: string) => `customer:${sha256(phone)}`;

/** The id of the person with this number: a random one, given at the first sign-in and the same ever after. */
export async function customerIdOf(phone: string): Promise<string> {
  const id = customerDocumentId(phone);
  const identity = await container("identity");
  const signedInAt = new Date().toISOString();
  for (let round = 0; round < 3; round++) {
    try {
      // The write starts the TTL anew.
      const { resource } = await identity
        .item(id, id)
        .patch<CustomerDocument>([{ op: "set", path: "/signedInAt", value: signedInAt }]);
      if (resource) return resource.customerId;
    } catch (error) {
      if (cosmosStatus(error) !== 404) throw error;
    }
    const customer: CustomerDocument = { id, kind: "customer", customerId: randomId(), signedInAt, ttl: keptFor };
    try {
      await identity.items.create(customer);
      return customer.customerId;
    } catch (error) {
      // The same person signs in twice at once: the first one's id is the id.
      if (cosmosStatus(error) !== 409) throw error;
    }
  }
  throw new Error("A customer document was there and was not, three times over.");
}
