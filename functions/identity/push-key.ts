import { webcrypto } from "node:crypto";
import { container } from "../platform/clients.ts";
import { kept } from "../platform/kept.ts";
import { createNew } from "../platform/writes.ts";

/** What push messages are signed with (VAPID, RFC 8292): a pair for ECDSA on P-256, in base64url. */
export interface PushKey {
  /** A point, uncompressed: what browsers subscribe with. */
  publicKey: string;
  privateKey: string;
}

interface PushKeyDocument extends PushKey {
  id: typeof id;
  kind: "push-key";
  madeAt: string;
}

const id = "push-key";
/** So long an instance goes on with a pair that was replaced, in ms. */
const keptFor = 60_000;

/**
 * The pair of this stand, made when it is first asked for. It lies in the container `identity`, which no role but the application's opens. Of
 * several instances that make one at once, the first one's is the pair of all.
 */
export const pushKey: () => Promise<PushKey> = () => read(id);

const read = kept(keptFor, async (): Promise<PushKey> => {
  const identity = await container("identity");
  for (let round = 0; round < 3; round++) {
    const { resource } = await identity.item(id, id).read<PushKeyDocument>();
    if (resource !== undefined) return resource;
    const made: PushKeyDocument = { id, kind: "push-key", ...(await makePair()), madeAt: new Date().toISOString() };
    // Where another instance was faster its pair is the pair.
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
