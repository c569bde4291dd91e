// The first thing `npm start`, `npm test` and `npm run bench` run, on any Node from 20 on: it installs what is missing and goes on with Node 24.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInstalled } from "./installed.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...given] = process.argv.slice(2);
// A port is listened on by one process alone, and npm and this one are processes too: what is to be debugged is the last one.
const inspect = given.filter((arg) => /^--inspect(-brk|-wait)?(=.*)?$/.test(arg));
const rest = given.filter((arg) => !inspect.includes(arg));

const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const stamp = join(root, "node_modules", ".installed");
const packaged = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
// Where install scripts are not run the package has no program; then a Node that is new enough goes on itself.
const goesOn = Number(process.versions.node.split(".")[0]) >= 24;

// Installed by hand or by azd counts too: `npm ci` begins by deleting what azd's other hooks may be running just then.
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
// What it compiles, types stripped, is kept for the next time: reading a few hundred files anew is most of a start.
const compiled = { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compiled") };
// By which what is printed is as long as what was felt.
const env = { ...compiled, ...process.env, CREMA_BEGAN: `${process.pid} ${performance.timeOrigin}` };
const child = spawn(node, [...inspect, join(root, "tools", `${task}.ts`), ...rest], {
  cwd: root,
  stdio: "inherit",
  env,
});
// Ctrl-C reaches the child by itself; this process only waits for it to end.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
