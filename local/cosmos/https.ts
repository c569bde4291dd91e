import { type Certificate, makeCertificate } from "../kernel/certificate.ts";
import type { Parts } from "../kernel/parts.ts";

const table = "cosmos/certificate";
/** The path at which the vendor's emulator serves its certificate, too. */
export const certificatePath = "/_explorer/emulator.pem";

/** The https certificate of this machine: created when first needed, and kept in the store. */
export class Https {
  readonly #parts: Parts;
  readonly #names: string[];
  #told = false;

  constructor(parts: Parts, names: readonly string[]) {
    this.#parts = parts;
    this.#names = [...new Set(["localhost", "127.0.0.1", "::1", ...names])];
  }

  /** The stored certificate if it covers all the names, otherwise a new one, which is stored. Storing is not awaited; a failure is logged. */
  certificate(): Certificate {
    const kept = this.#parts.store.table<Certificate>(table).get("own");
    if (kept !== undefined && this.#names.every((name) => kept.names.includes(name))) return kept;
    const made = makeCertificate(this.#names, this.#parts.ids);
    const saved = this.#parts.store.commit([{ table, key: "own", value: made }]);
    this.#parts.work.track("cosmos: keeping the certificate", saved).catch((error: unknown) => {
      this.#parts.log.error("The certificate for https could not be kept.", { error: String(error) });
    });
    return made;
  }

  /** Explains once how to trust the certificate after a client has rejected it. */
  untrusted(endpoint: string, error: Error): void {
    if (this.#told) return;
    this.#told = true;
    const file = new URL(certificatePath, endpoint);
    this.#parts.log.warn(
      `A client ended the TLS handshake: it may not trust the certificate of the local Azure. Get it with "curl ${file} -o cosmos.pem" and start the client with NODE_EXTRA_CA_CERTS=cosmos.pem (SSL_CERT_FILE for .NET); in a browser open the https address once and accept it.`,
      { error: error.message },
    );
  }
}
