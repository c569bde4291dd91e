import { parseArgs } from "node:util";
import { mostPort } from "../application.ts";
import type { Ports } from "../index.ts";

/** What the command was asked for. */
export interface Options {
  folder: string;
  /** Of the functions; the others follow it. */
  port?: number;
  /** Those that were named one by one. */
  ports: Ports;
  /** Name or address of this machine in the network, when it is to be open to it. */
  host?: string;
  watch: boolean;
  data?: string;
  /** Whether any Entra ID token is taken, and nothing of it checked. */
  anyEntraToken: boolean;
  /** Whether the application asks the services by sockets, as everybody else does. */
  sockets: boolean;
}

/** The options for one port each, and what it is of. */
export const singlePorts = {
  "web-pubsub-port": "webPubSub",
  "sms-port": "sms",
  "console-port": "control",
  "cosmos-port": "cosmos",
  "event-grid-port": "eventGrid",
} as const satisfies Record<string, keyof Ports>;

const usageOf = (command: string) => `${command} [FOLDER] [options]
  FOLDER         the application: the folder with its package.json and host.json (default: this one)
  --port N       port of the functions host (default: LocalHttpPort of local.settings.json, or 7071); the services take the five after it, each further topic one more
  --web-pubsub-port N, --sms-port N, --console-port N, --cosmos-port N, --event-grid-port N
                 port of that service alone
  --host NAME    open functions and Web PubSub to the local network; NAME is this machine's name or address there
  --data FOLDER  keeps everything there between runs; without it nothing is kept
  --entra-tokens-unchecked
                 Cosmos DB accepts any Entra ID token over https and checks nothing in it
  --sockets      the application calls the services over sockets, like any other client; slower
  --no-watch     does not reload the application when its code changes
  --version      prints the version
  --help         prints this help`;

/** What to print in place of running anything. */
export type Said = { say: "help" | "version"; usage: string };

/** The command line was wrong; the message says how, and how it would be right. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 * @param command how it is called, for the words
 * @throws UsageError with what was wrong and how it would be right
 */
export function readOptions(args: string[], command: string): Options | Said {
  const usage = usageOf(command);
  const wrong = (words: string) => new UsageError(`${words}\n\n${usage}`);
  const { values, positionals } = parsed(args, wrong);
  if (values.help || values.version) return { say: values.help ? "help" : "version", usage };
  const [folder = ".", ...more] = positionals;
  if (more.length > 0) throw wrong(`Name one application folder; you named ${positionals.join(" and ")}.`);
  const number = (name: "port" | keyof typeof singlePorts, most: number): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(port >= 1 && port <= most)) throw wrong(`--${name} must be a number from 1 to ${most}; it is "${text}".`);
    return port;
  };
  const port = number("port", mostPort);
  const ports = Object.entries(singlePorts).flatMap(([name, part]) => {
    const own = number(name as keyof typeof singlePorts, 65_535);
    return own === undefined ? [] : [[part, own]];
  });
  const { host, data } = values;
  const watch = values["no-watch"] !== true;
  if (host !== undefined && !/^[\w.-]+$/.test(host)) {
    throw wrong(`--host must be a name or an IPv4 address, without a port; it is "${host}".`);
  }
  if (data === "") throw wrong("--data must name a folder.");
  return {
    ...{ folder, watch, ports: Object.fromEntries(ports), anyEntraToken: values["entra-tokens-unchecked"] === true },
    sockets: values.sockets === true,
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(data !== undefined && { data }),
  };
}

function parsed(args: string[], wrong: (words: string) => Error) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ port: text, host: text, data: text },
        ...{ "web-pubsub-port": text, "sms-port": text, "console-port": text },
        ...{ "cosmos-port": text, "event-grid-port": text },
        watch: { type: "boolean" },
        "no-watch": { type: "boolean" },
        "entra-tokens-unchecked": { type: "boolean" },
        sockets: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
  } catch (error) {
    // Node's message continues with advice about values and positionals that look like options.
    throw wrong((error as Error).message.split(/(?<=\.) |\n/)[0] ?? "");
  }
}
