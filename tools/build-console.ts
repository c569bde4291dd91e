import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const built = join(root, "local", "console", "built");
const stamp = join(built, ".built");
const cache = join(root, ".cache");

/** Builds the console of the local Azure if it is not built yet, or if a source is newer than the last build. Rejects if the build fails. */
export async function buildConsole(): Promise<void> {
  if (isBuilt()) return;
  mkdirSync(cache, { recursive: true });
  // Builds into a temporary folder, which replaces the old one when it is complete: several processes may build at the same time.
  const half = mkdtempSync(join(cache, "console-"));
  try {
    await buildInto(half);
    if (isBuilt()) return;
    rmSync(built, { recursive: true, force: true });
    renameSync(half, built);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

const isBuilt = () => existsSync(stamp) && newest() < statSync(stamp).mtimeMs;

async function buildInto(folder: string): Promise<void> {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(
    process.execPath,
    [vite, "build", "local/console", "--outDir", folder, "--emptyOutDir", "--logLevel", "error"],
    {
      cwd: root,
      // Always as it is packed: with NODE_ENV from a test this would be a development build.
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const status = await new Promise((resolve) => child.on("error", resolve).on("close", resolve));
  if (status !== 0) throw new Error("The console could not be built; what Vite printed above says why.");
  writeFileSync(join(folder, ".built"), "");
}

function newest(): number {
  const sources = globSync(
    ["local/console/**/*", "local/{cosmos,kernel,recorder}/**/*.ts", "package-lock.json", "tools/build-console.ts"],
    {
      cwd: root,
      exclude: (path) => path.includes("built"),
    },
  );
  return Math.max(...sources.map((source) => statSync(join(root, source)).mtimeMs));
}

if (process.argv[1] === import.meta.filename) await buildConsole();
