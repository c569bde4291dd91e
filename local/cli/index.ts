import { createRequire } from "node:module";
import { resolve } from "node:path";
import { readApplication } from "../application.ts";
import { flushCompileCache } from "../functions/worker/hooks.ts";
import { startLocalAzure } from "../index.ts";
import { secondsSince } from "../kernel/duration.ts";
import { PortTakenError } from "../kernel/http-server.ts";
import { consoleLog } from "../kernel/log.ts";
import type { Resources } from "../resources.ts";
import { followHubs } from "./follow-hubs.ts";
import { cosmosLines, functionLines } from "./listing.ts";
import { type Options, readOptions, UsageError } from "./options.ts";
import { portsOf } from "./ports.ts";

/** How the command is started. */
export interface CommandOptions {
  /** The command as a person types it. */
  name: string;
  /** Called when everything is running. */
  started?(): void;
  /** When the command was given, in ms since the epoch. Default: when this process started. */
  began?: number;
}

/** Runs a Functions application on the local Azure until Ctrl-C. An error is printed and ends the process: with exit code 2 for a wrong command line, otherwise with 1. */
export async function runCommand(args: string[], command: CommandOptions): Promise<void> {
  try {
    const options = readOptions(args, command.name);
    if ("say" in options) process.stdout.write(`${options.say === "help" ? options.usage : version()}\n`);
    else await run(options, command);
  } catch (error) {
    const { message, stack } = error as Error;
    const again = error instanceof PortTakenError ? "\nChoose other ports with --port." : "";
    process.stderr.write(`${message}${again}\n`);
    if (process.env.DEBUG) process.stderr.write(`${stack}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}

const version = () => (createRequire(import.meta.url)("local-azure/package.json") as { version: string }).version;

async function run(
  { folder, watch, data, host, ports, anyEntraToken, sockets, ...asked }: Options,
  { started, began = performance.timeOrigin }: CommandOptions,
): Promise<void> {
  const { application, port: own = 7071, resources: written, ...declared } = readApplication(folder);
  const resources: Resources = anyEntraToken
    ? { ...written, cosmos: { ...written.cosmos, entraTokens: "unchecked" } }
    : written;
  const kept = data === undefined ? undefined : resolve(data);
  // As on Azure and with Core Tools, so that `readFile("page.html")` reads the file beside host.json.
  process.chdir(application.root);
  const log = consoleLog("info");
  // As in Core Tools, the command line takes precedence.
  const { port = own } = asked;
  const azure = await startLocalAzure({
    application: { ...application, ...(watch ? { watch: {} } : {}) },
    ...declared,
    resources,
    ports: portsOf(port, ports, resources),
    ...(host === undefined ? {} : { host: "0.0.0.0", publicHost: host }),
    ...(kept === undefined ? {} : { data: kept }),
    ...(sockets ? { connections: "sockets" } : {}),
    log,
  });
  started?.();
  if (watch) followHubs(azure, application.root, resources, log);
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    process.stdout.write("\nStopping …\n");
    await azure.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);

  const lines = await functionLines(azure, resources, application.root);
  const names = Object.keys(application.settings(azure.endpoints)).sort();
  process.stdout.write(`
${application.root} runs at ${azure.functions?.origin} (${secondsSince(began)} s)

${lines.join("\n")}

${cosmosLines(azure, resources, data)}  Settings   ${names.length === 0 ? "none" : names.join(", ")}
  SMS inbox  ${azure.sms.inboxUrl}
  Console    ${azure.controlUrl} (what happens, the clock, addresses and keys of the services)

  ${watch ? "Changed code is reloaded. " : ""}Ctrl-C stops it; ${data === undefined ? "nothing is kept (--data FOLDER keeps it)" : `everything is kept in ${data}`}.
`);
  // Saves the compiled code now, so that it is not lost if the process is killed.
  flushCompileCache();
}
