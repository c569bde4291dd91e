import { startStaticWebApp } from "../../../local/swa/index.ts";

/** Serves a folder from a process of its own; a test kills it. */
const site = await startStaticWebApp({ folder: process.argv[2] ?? "", port: 0 });
process.stdout.write(`${site.port}\n`);
