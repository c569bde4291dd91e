#!/usr/bin/env node
/** What `npx local-azure` runs. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 15)) {
  process.stderr.write(`local-azure needs Node 20.15 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}
// What is compiled is kept for the next start, by Nodes that can.
(await import("node:module")).enableCompileCache?.();
// Only now: an older Node could not even read it.
const { runCommand } = await import("./index.ts");
await runCommand(process.argv.slice(2), { name: "npx local-azure" });

export {};
