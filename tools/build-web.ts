import { spawnSync } from "node:child_process";
import { existsSync, globSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the built web apps. */
export const builtSite = join(import.meta.dirname, "..", "dist", "web");

/** Builds the web apps if they are not built yet, or if a source is newer than the last build. @throws if the build fails */
export function buildWeb(options: { always?: boolean } = {}): void {
  const root = join(import.meta.dirname, "..");
  const stamp = join(builtSite, ".built");
  if (!options.always && existsSync(stamp) && newest(root) < statSync(stamp).mtimeMs) return;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const built = spawnSync(process.execPath, [vite, "build", "web", "--logLevel", "error"], {
    cwd: root,
    // Always a production build, in tests too: Svelte's development build keeps the stacks of changes, and thereby old elements.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: "inherit",
  });
  if (built.status !== 0) throw new Error("The web apps could not be built; what Vite printed above says why.");
  writeFileSync(stamp, "");
}

function newest(root: string): number {
  const sources = globSync(
    ["web/**/*", "contracts/*.ts", "infra/resources.json", "package-lock.json", "tools/build-web.ts"],
    { cwd: root },
  );
  return Math.max(...sources.map((source) => statSync(join(root, source)).mtimeMs));
}
