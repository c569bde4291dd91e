import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** Loaded into the application beside its own files: has it trust the push receiver of a test, and changes nothing else. */
setDefaultCACertificates([...getCACertificates(), process.env.PUSH_RECEIVER_CERTIFICATE ?? ""]);
