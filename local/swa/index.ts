import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { listen, PortTakenError } from "../kernel/http-server.ts";
import { isApi } from "./api-paths.ts";

export interface StaticWebApp {
  readonly url: string;
  readonly port: number;
  /** Resolves when the server is no more, by `close` or by itself. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface StaticWebAppOptions {
  /** What to serve; its `staticwebapp.config.json` is read once, at the start. */
  folder: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** Names that requests may ask for, beside those of this machine. */
  names?: readonly string[];
  /** 0 takes any free port. */
  port: number;
}

const part = "Static Web Apps";

/**
 * Serves a folder with the proxy of the Static Web Apps CLI, in a process of its own that ends with this one, however this one ends.
 * There is no API behind it: ours has an origin of its own.
 * @throws PortTakenError, or an Error when the folder is missing, leads to an API, or the CLI does not start.
 */
export async function startStaticWebApp(options: StaticWebAppOptions): Promise<StaticWebApp> {
  for (let tries = 1; ; tries++) {
    try {
      return await start(options);
    } catch (error) {
      // Any port will do, and another program was given the one that was found before the CLI had it.
      if (!(error instanceof PortTakenError) || options.port !== 0 || tries === 5) throw error;
    }
  }
}

async function start(options: StaticWebAppOptions): Promise<StaticWebApp> {
  const { host = "127.0.0.1" } = options;
  const folder = resolve(options.folder);
  if (!existsSync(join(folder, "index.html")))
    throw new Error(`${folder} has no index.html: build the web apps first.`);
  checkRewrites(folder);
  const port = await freePort(host, options.port);
  const names = [...(options.names ?? []), host];
  const child = fork(fileURLToPath(new URL("serve.ts", import.meta.url)), [JSON.stringify(names)], {
    env: environment(folder, host, port),
    execArgv: ["--no-deprecation"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() => undefined);
  try {
    await ready(child, port);
  } catch (error) {
    child.kill();
    throw error;
  }
  return {
    url: `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`,
    port,
    ended,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

/** A rewrite to an API would make the CLI pass requests on to whatever has its default ports on this machine. */
function checkRewrites(folder: string): void {
  const file = join(folder, "staticwebapp.config.json");
  if (!existsSync(file)) return;
  const { routes = [], navigationFallback } = JSON.parse(readFileSync(file, "utf8")) as {
    routes?: { rewrite?: unknown }[];
    navigationFallback?: { rewrite?: unknown };
  };
  for (const { rewrite } of [...routes, navigationFallback ?? {}]) {
    if (typeof rewrite === "string" && isApi(rewrite))
      throw new Error(`${file} rewrites to ${rewrite}, and there is no API behind the local Static Web Apps.`);
  }
}

/** Takes the port and lets go of it at once. The CLI itself would ask a person for another port. @throws PortTakenError */
async function freePort(host: string, wanted: number): Promise<number> {
  const probe = await listen({ part, host, port: wanted, handle: () => undefined });
  await probe.close();
  return probe.port;
}

/**
 * All that the CLI is told. It copies its whole environment at every log call, dozens a request, so a small one makes it several
 * times faster; and none of our secrets reach it.
 */
function environment(folder: string, host: string, port: number): Record<string, string> {
  return {
    SWA_CLI_APP_LOCATION: folder,
    SWA_CLI_OUTPUT_LOCATION: folder,
    SWA_RUNTIME_CONFIG_LOCATION: folder,
    SWA_CLI_HOST: host,
    SWA_CLI_PORT: String(port),
    SWA_CLI_APP_SSL: "false",
    SWA_CLI_OPEN_BROWSER: "false",
    SWA_CLI_DEBUG: "silent",
    // Windows opens no socket without it.
    ...(process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot }),
  };
}

/** Resolves when the child listens. */
function ready(child: ChildProcess, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: { listening?: true; failed?: string }) => {
      if (message.listening) resolve();
      // Somebody took the port between the probe and now.
      else if (message.failed === "EADDRINUSE") reject(new PortTakenError(part, port));
      else reject(new Error(`The Static Web Apps CLI cannot listen on port ${port}: ${message.failed}`));
    });
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      reject(new Error(`The Static Web Apps CLI ended at its start (${signal ?? code}).`)),
    );
  });
}
