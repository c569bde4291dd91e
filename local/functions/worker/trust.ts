import tls, { type SecureContext, type SecureContextOptions } from "node:tls";

/** Lets TLS clients of this thread trust more certificates. */
export function trustCertificates(certificates: readonly string[]): void {
  if (certificates.length === 0) return;
  // Available from Node 22.19 and 24.5 on.
  if (typeof tls.setDefaultCACertificates === "function")
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...certificates]);
  else trustInContexts(certificates);
}

/** The same for an older Node, which reads NODE_EXTRA_CA_CERTS only at its start: adds the certificates to each context with the default trust. */
export function trustInContexts(certificates: readonly string[]): void {
  const { createSecureContext } = tls;
  tls.createSecureContext = (options?: SecureContextOptions): SecureContext => {
    const made = createSecureContext(options);
    if (options?.ca === undefined) for (const certificate of certificates) made.context.addCACert(certificate);
    return made;
  };
}
