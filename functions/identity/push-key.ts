import { webcrypto } from "node:crypto";
import { container } from "../platform/clients.ts";
import { kept } from "../platform/kept.ts";
import { createNew } from "../platform/writes.ts";

/** The key pair that signs push messages (VAPID, RFC 8292): ECDSA on P-256, in base64url. */
export interface PushKey {
  /** The public key as an uncompressed point, with which browsers subscribe. */
  publicKey: string;
  privateKey: string;
}

interface PushKeyDocument extends PushKey {
  id: typeof id;
  kind: "push-key";
  madeAt: string;
}

const id = "push-key";
/** How long an instance may go on with a key pair that was replaced, in ms. */
const keptFor = 60_000;

/**
 * The key pair of this stand, created at its first use. It is stored in the container `identity`, which only the application's role can read. If several
 * instances create one at once, all use the first one.
 */
export const pushKey: () => Promise<PushKey> = () => read(id);

const read = kept(keptFor, async (): Promise<PushKey> => {
  const identity = await container("identity");
  for (let round = 0; round < 3; round++) {
    const { resource } = await identity.item(id, id).read<PushKeyDocument>();
    if (resource !== undefined) return resource;
    const made: PushKeyDocument = { id, kind: "push-key", ...(await makePair()), madeAt: new Date().toISOString() };
    // If another instance was first, use its key pair.
    if (await createNew(identity, made)) return made;
  }
  throw new Error("The key of push messages was there and was not, three times over.");
});

async function makePair(): Promise<PushKey> {
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const raw = Buffer.from(await webcrypto.subtle.exportKey("raw", publicKey));
  const { d = "" } = await webcrypto.subtle.exportKey("jwk", privateKey);
  return { publicKey: raw.toString("base64url"), privateKey: d };
}
