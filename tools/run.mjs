// The first program of `npm start`, `npm test` and `npm run bench`, on any Node from 20 on: installs what is missing and continues with Node 24.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInstalled } from "./installed.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...given] = process.argv.slice(2);
// Only one process can listen on a port, and npm and this one are processes too. The last one is the one to debug.
const inspect = given.filter((arg) => /^--inspect(-brk|-wait)?(=.*)?$/.test(arg));
const rest = given.filter((arg) => !inspect.includes(arg));

const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const stamp = join(root, "node_modules", ".installed");
const packaged = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
// If install scripts are disabled, the package has no program; then a sufficiently new Node continues itself.
const goesOn = Number(process.versions.node.split(".")[0]) >= 24;

// An installation by hand or by azd counts too: `npm ci` begins by deleting files that azd's other hooks may be using at the same time.
const current = (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) || isInstalled(root);
if (!current || (!existsSync(packaged) && !goesOn)) {
  process.stderr.write("Installing what is missing (about a minute, once) …\n");
  const installed = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (installed.status !== 0) {
    process.stderr.write("`npm ci` did not succeed; what it printed above says why.\n");
    process.exit(installed.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

const node = existsSync(packaged) ? packaged : process.execPath;
// Keeps the compiled code, with types stripped, for the next time: reading a few hundred files anew is most of a start.
const compiled = { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compiled") };
// With it the printed time equals the time that a person waited.
const env = { ...compiled, ...process.env, CREMA_BEGAN: `${process.pid} ${performance.timeOrigin}` };
const child = spawn(node, [...inspect, join(root, "tools", `${task}.ts`), ...rest], {
  cwd: root,
  stdio: "inherit",
  env,
});
// Ctrl-C reaches the child directly; this process only waits for its end.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
