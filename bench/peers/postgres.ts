import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePorts, Started } from "../started.ts";
import { fromPeers, postgres } from "./packages.ts";
import { NotRun } from "./side.ts";

/**
 * A PostgreSQL of its own, from npm, with default settings: fsync and synchronous_commit on. It refuses to run as root, so root starts it as an
 * unprivileged user.
 */
export async function startPostgres(): Promise<{ url: string; close(): Promise<void> }> {
  const native = programs();
  const data = mkdtempSync(join(tmpdir(), "peers-postgres-"));
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  chmodSync(data, 0o700);
  if (nobody.uid !== undefined) chownSync(data, nobody.uid, nobody.gid);
  const gone = () => rmSync(data, { recursive: true, force: true, maxRetries: 20 });
  const options = { ...nobody, cwd: tmpdir() };
  const made = spawnSync(
    join(native, "bin", "initdb"),
    ["-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale"],
    { ...options, encoding: "utf8" },
  );
  if (made.status !== 0) {
    gone();
    throw new NotRun(
      `initdb of PostgreSQL did not succeed: ${(made.stderr ?? String(made.error)).trim().split("\n").at(-1)}`,
    );
  }
  const [port = 0] = await freePorts(1);
  const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=200"];
  const server = new Started(join(native, "bin", "postgres"), () => args, {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  // If the bench ends meanwhile, this runs after the server was told to end.
  process.once("exit", gone);
  try {
    await server.complains("ready to accept connections");
  } catch (error) {
    await server.close();
    process.off("exit", gone);
    gone();
    throw error;
  }
  return {
    url: `postgresql://bench@127.0.0.1:${port}/bench`,
    async close() {
      await server.close();
      process.off("exit", gone);
      gone();
    },
  };
}

function programs(): string {
  try {
    return join(dirname(dirname(fromPeers.resolve(postgres.name))), "native");
  } catch {
    throw new NotRun("needs PostgreSQL, at DBOS_DATABASE_URL");
  }
}
