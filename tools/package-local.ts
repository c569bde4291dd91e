import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { buildConsole } from "./build-console.ts";
import { optionsOf } from "./say-usage.ts";

/** Writes `local/dist`, which `npm pack` in `local/` includes: the local Azure as JavaScript with its declarations, its pages, and the console. */

const local = join(import.meta.dirname, "..", "local");
const dist = join(local, "dist");

function compile(): void {
  const tsc = join(local, "..", "node_modules", "typescript", "bin", "tsc");
  const project = join(local, "tsconfig.package.json");
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error("The local Azure could not be compiled; what TypeScript printed above says why.");
}

/** For test runners that load CommonJS only, such as Jest by default: one file, which starts the same processes. */
async function bundleForRequire(): Promise<void> {
  const testing = join(dist, "testing");
  await build({
    entryPoints: [join(testing, "index.js")],
    outfile: join(testing, "index.cjs"),
    ...{ bundle: true, packages: "external", platform: "node", format: "cjs", target: "node20", logLevel: "warning" },
    // The address of the file beside it, because the files that it starts are still ES modules.
    banner: { js: 'const ownAddress = require("node:url").pathToFileURL(__dirname + "/index.js").href;' },
    define: { "import.meta.url": "ownAddress", "import.meta.dirname": "__dirname" },
  });
  writeFileSync(join(testing, "index.d.cts"), 'export * from "./index.js" with { "resolution-mode": "import" };\n');
}

optionsOf(
  `npm run package-local
  writes local/dist, of which npm pack in local/ makes the package; it takes no options`,
  {},
);
try {
  rmSync(dist, { recursive: true, force: true });
  compile();
  chmodSync(join(dist, "cli", "bin.js"), 0o755);
  await bundleForRequire();
  cpSync(join(local, "sms", "inbox"), join(dist, "sms", "inbox"), { recursive: true });
  await buildConsole();
  const built = join(local, "console", "built");
  cpSync(built, join(dist, "console", "built"), { recursive: true, filter: (path) => !path.endsWith(".built") });
  if (!existsSync(join(dist, "console", "built", "index.html"))) throw new Error(`${built} has no index.html.`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
