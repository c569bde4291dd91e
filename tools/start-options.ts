import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { ourRecording } from "./player/our-recording.ts";
import { decimalNumber, optionsIn, UsageError, wholeNumber } from "./say-usage.ts";
import { speeds } from "./speeds.ts";

/** The options of `npm start`. */
export interface StartOptions {
  /** The web apps' port; the others follow it. */
  port: number;
  /** Address to listen on. */
  host: string;
  /** The name or address under which other devices reach it. */
  publicHost: string;
  data: string;
  reset: boolean;
  /** Whether the network can open the SMS inbox too. */
  openInbox: boolean;
  /** Whether to run the package that is deployed to Azure, instead of the sources. */
  package: boolean;
  /** Whether changed code of the services is reloaded. */
  watch: boolean;
  /** Whether robots are at work. */
  demo: boolean;
  /** The recording to play, if any: see tools/player. */
  play: string | undefined;
  /** The speed of the clock relative to the machine's. */
  speed: number;
  /** The extensions: names separated by commas, or default, all or none. */
  extensions: string;
}

/** The default data folder of a demonstration. */
export const demoFolder = ".crema-demo";
/** The services take the next six ports. */
const mostPort = 65_529;

export const usage = `npm start -- [options]
  --demo          robots order and make coffee, so that there is something to see at once; begins anew each time, in ${demoFolder}; with --data it continues with the data there
  --play [FILE]   plays a recording (from \`npm run events -- export\`) on all screens; without FILE the one in this repository; keeps nothing
  --speed N       makes the clock run N times as fast as the machine's (0.1 to 1000; with --play 60 by default)
  --port N        port of the web apps (default 4280); the services use the six ports after it
  --host [ADDR]   opens it to the local network, so that phones can scan the display; ADDR is this machine's address there
  --open-inbox    with --host: opens the SMS inbox too; for demonstrations only, since anyone who reads it can sign in as anyone
  --package       runs the bundled package that is deployed to Azure, not the sources
  --watch         reloads the services and the workflow when their code changes
  --extensions X  the extensions to run with: names separated by commas, or default, all or none
  --reset         begins again from the seed
  --data FOLDER   where everything is kept (default .crema)`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const options = {
  port: text,
  host: text,
  data: text,
  reset: flag,
  "open-inbox": flag,
  package: flag,
  watch: flag,
  demo: flag,
  play: text,
  speed: text,
  extensions: text,
};

/** Parses the command line. @throws UsageError that says what is wrong and how to correct it */
export function startOptions(args: string[], interfaces = networkInterfaces()): StartOptions {
  // These options may have no value, which parseArgs does not support.
  const alone = ["--host", "--play"];
  const argv = args.flatMap((arg, i) =>
    alone.includes(arg) && (args[i + 1] ?? "--").startsWith("--") ? [`${arg}=`] : [arg],
  );
  const values = optionsIn(usage, argv, options);
  const port = wholeNumber("--port", values.port ?? "4280", 1, mostPort, usage);
  if (values.package && values.watch)
    throw new UsageError(`--watch reads the sources; --package runs none.\n\n${usage}`);
  const { play } = values;
  if (play !== undefined) {
    for (const other of ["demo", "reset", "data"] as const)
      if (values[other] !== undefined)
        throw new UsageError(
          `--play begins anew each time and keeps nothing: it does not go with --${other}.\n\n${usage}`,
        );
  }
  const speed = decimalNumber("--speed", values.speed ?? (play === undefined ? "1" : "60"), speeds, usage);
  const demo = values.demo ?? false;
  const open = values.host !== undefined;
  if (values["open-inbox"] && !open)
    throw new UsageError(
      `--open-inbox opens the inbox to whom --host opens the stand: it goes with --host.\n\n${usage}`,
    );
  if (values.host && !isHost(values.host))
    throw new UsageError(
      `--host must be this machine's name or IPv4 address in the network, without a port; it is "${values.host}".\n\n${usage}`,
    );
  return {
    port,
    host: open ? "0.0.0.0" : "127.0.0.1",
    publicHost: open ? values.host || networkAddress(interfaces) : "localhost",
    data: values.data ?? (demo ? demoFolder : play === undefined ? ".crema" : ".crema-play"),
    // A demonstration starts from scratch, unless a folder to continue with is given.
    reset: values.reset ?? (demo && values.data === undefined),
    openInbox: values["open-inbox"] ?? false,
    package: values.package ?? false,
    watch: values.watch ?? false,
    demo,
    play: play === "" ? ourRecording : play,
    speed,
    extensions: values.extensions ?? "default",
  };
}

/** The same command line for a shell, with one option added or changed: `given` without that option, and the option at the end. */
export function commandWith(given: readonly string[], ...[option, value]: [string, string?]): string {
  const without = given.filter(
    (arg, at) => arg !== option && !arg.startsWith(`${option}=`) && (value === undefined || given[at - 1] !== option),
  );
  const words = [...without, option, ...(value === undefined ? [] : [value])];
  return `npm start -- ${words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ")}`;
}

/** The port to try next if one of the stand's ports is taken. */
export const otherPort = (port: number): number => (port + 100 <= mostPort ? port + 100 : port - 100);

/** The syntax of a host name or an address. */
const isHost = (host: string) =>
  /^[\d.]+$/.test(host) ? isIPv4(host) : /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*\.?$/i.test(host) && host.length < 254;

/** This machine's first IPv4 address on a network. */
function networkAddress(interfaces: ReturnType<typeof networkInterfaces>): string {
  const address = Object.values(interfaces)
    .flat()
    .find((candidate) => candidate && !candidate.internal && candidate.family === "IPv4")?.address;
  if (address === undefined) throw new UsageError("This machine has no network address. Name one: --host 192.168.1.20");
  return address;
}
