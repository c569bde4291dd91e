import * as tls from "node:tls";

/** Lets TLS clients of this thread trust more certificates, from Node 22.19 and 24.5 on; an older Node reads NODE_EXTRA_CA_CERTS at its start alone. */
export function trustCertificates(certificates: readonly string[]): void {
  if (certificates.length === 0 || typeof tls.setDefaultCACertificates !== "function") return;
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...certificates]);
}
