import { spawn } from "node:child_process";
import { existsSync, globSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const stamp = join(root, "local", "console", "built", ".built");

/** Builds the console of the local Azure if it is not built yet, or if a source is newer than the last build. Rejects when the build fails. */
export async function buildConsole(): Promise<void> {
  if (existsSync(stamp) && newest() < statSync(stamp).mtimeMs) return;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(process.execPath, [vite, "build", "local/console", "--logLevel", "error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const status = await new Promise((resolve) => child.on("error", resolve).on("close", resolve));
  if (status !== 0) throw new Error("The console could not be built; what Vite printed above says why.");
  writeFileSync(stamp, "");
}

function newest(): number {
  const sources = globSync(["local/console/**/*", "local/recorder/*.ts", "package-lock.json"], {
    cwd: root,
    exclude: (path) => path.includes("built"),
  });
  return Math.max(...sources.map((source) => statSync(join(root, source)).mtimeMs));
}

if (process.argv[1] === import.meta.filename) await buildConsole();
