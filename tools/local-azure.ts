import { parseArgs } from "node:util";
import { mostPort, readApplication } from "../local/application.ts";
import { type LocalAzure, startLocalAzure } from "../local/index.ts";
import { PortTakenError } from "../local/kernel/http-server.ts";
import { consoleLog } from "../local/kernel/log.ts";
import { buildConsole } from "./build-console.ts";

/** Runs any Functions application on the local Azure until Ctrl-C; see docs/local-azure.md. */

const usage = `npm run local -- FOLDER [options]
  FOLDER         the application: the folder with its package.json and host.json
  --port N       port of the functions host (default: LocalHttpPort of local.settings.json, or 7071); the services take the five after it, each further topic one more
  --data FOLDER  where everything is kept between runs; without it nothing is
  --no-watch     does not reload the application when a file of its code has changed`;

interface Options {
  folder: string;
  port?: number;
  watch: boolean;
  data?: string;
}

/** @throws Error with what was wrong and how it would be right */
function readOptions(args: string[]): Options {
  let parsed: { values: { port?: string; data?: string; watch?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      allowNegative: true,
      options: { port: { type: "string" }, data: { type: "string" }, watch: { type: "boolean", default: true } },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${usage}`);
  }
  const { values, positionals } = parsed;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new Error(`Name one application's folder.\n\n${usage}`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= mostPort)) {
    throw new Error(`--port must be a number from 1 to ${mostPort}; it is "${values.port}".\n\n${usage}`);
  }
  const { data, watch = true } = values;
  return { folder, watch, ...(port !== undefined && { port }), ...(data !== undefined && { data }) };
}

/** A function as `/admin/functions` tells of it. */
interface Listed {
  name: string;
  isDisabled: boolean;
  invoke_url_template: string | null;
  config: { bindings: Record<string, unknown>[] };
}

const heading: Record<string, string> = {
  httptrigger: "HTTP",
  timertrigger: "Timers",
  cosmosdbtrigger: "Cosmos DB change feed",
  eventgridtrigger: "Event Grid",
  orchestrationtrigger: "Orchestrators",
  activitytrigger: "Activities",
  entitytrigger: "Entities",
  warmuptrigger: "Warm-up",
  queuetrigger: "Storage queues",
  blobtrigger: "Storage blobs",
};

async function functionLines(azure: LocalAzure): Promise<string[]> {
  const { functions } = azure;
  const listed = (await (await fetch(`${functions?.origin}/admin/functions`)).json()) as Listed[];
  const groups = new Map<string, string[]>();
  for (const { name, isDisabled, invoke_url_template: url, config } of listed) {
    const trigger = config.bindings.find(({ type }) => String(type).toLowerCase() in heading) ?? {};
    const kind = String(trigger.type).toLowerCase();
    const methods = Array.isArray(trigger.methods) && trigger.methods.length > 0 ? trigger.methods.join(", ") : "any";
    const about =
      url !== null
        ? `${methods.toUpperCase()} ${url}${keyOf(azure, name, trigger.authLevel)}`
        : String(trigger.schedule ?? trigger.containerName ?? trigger.queueName ?? trigger.path ?? "");
    const line = [name, about, isDisabled ? "(disabled)" : ""].filter((part) => part !== "").join("  ");
    groups.set(kind, [...(groups.get(kind) ?? []), line]);
  }
  return Object.entries(heading).flatMap(([kind, title]) => {
    const lines = groups.get(kind) ?? [];
    return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
  });
}

function keyOf({ functions }: LocalAzure, name: string, level: unknown): string {
  if (level === "function") return `?code=${functions?.functionKey(name)}`;
  return level === "admin" ? `?code=${functions?.masterKey}` : "";
}

async function main(): Promise<void> {
  const began = performance.now();
  const { folder, watch, data, ...asked } = readOptions(process.argv.slice(2));
  const { application, port: own = 7071, ...declared } = readApplication(folder);
  // As Core Tools does: what is asked for at the command line wins.
  const { port = own } = asked;
  const azure = await startLocalAzure({
    application: { ...application, ...(watch ? { watch: {} } : {}) },
    ...declared,
    ports: {
      functions: port,
      webPubSub: port + 1,
      sms: port + 2,
      control: port + 3,
      cosmos: port + 4,
      eventGrid: port + 5,
    },
    ...(data === undefined ? {} : { data }),
    log: consoleLog("info"),
  });
  // Beside what runs already: until it is there, the address shows a plain page.
  buildConsole().catch((error: Error) => process.stderr.write(`${error.message}\n`));
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

  const names = Object.keys(application.settings(azure.endpoints)).sort();
  process.stdout.write(`
${application.root} runs at ${azure.functions?.origin} (${((performance.now() - began) / 1000).toFixed(1)} s)

${(await functionLines(azure)).join("\n")}

  Settings   ${names.length === 0 ? "none" : names.join(", ")}
  SMS inbox  ${azure.sms.inboxUrl}
  Console    ${azure.controlUrl} (what happens, the clock, addresses and keys of the services)

  ${watch ? "Changed code is reloaded. " : ""}Ctrl-C stops it; ${data === undefined ? "nothing is kept (--data FOLDER keeps it)" : `everything is kept in ${data}`}.
`);
}

try {
  await main();
} catch (error) {
  const { message, stack } = error as Error;
  const again = error instanceof PortTakenError ? "\nChoose other ports with --port." : "";
  process.stderr.write(`${message}${again}\n`);
  if (process.env.DEBUG) process.stderr.write(`${stack}\n`);
  process.exit(1);
}
