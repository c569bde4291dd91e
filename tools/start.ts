import { rmSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join, resolve } from "node:path";
import { chosenOf, type Extension, extensionsIn, hearersOf } from "../infra/extensions.ts";
import type { WatchOptions } from "../local/functions/reload-on-change.ts";
import { startLocalAzure } from "../local/index.ts";
import { secondsSince } from "../local/kernel/duration.ts";
import { PortTakenError } from "../local/kernel/http-server.ts";
import { consoleLog } from "../local/kernel/log.ts";
import { type StaticWebApp, startStaticWebApp } from "../local/swa/index.ts";
import { stampSite } from "../web/stamp.ts";
import { began } from "./began.ts";
import { buildConsole } from "./build-console.ts";
import { buildWeb, builtSite } from "./build-web.ts";
import { checkDataFolder, emptyDataFolder, siteFolder } from "./data-folder.ts";
import type { Demo } from "./demo.ts";
import { checkExtensions } from "./extensions/check.ts";
import { hostDoubt } from "./host-doubt.ts";
import type { Playing } from "./play.ts";
import { checkPorts, servicePorts } from "./ports.ts";
import { exitCodeOf, sayUsage, UsageError } from "./say-usage.ts";
import { guest, people, root, standOptions, tryIt } from "./stand-options.ts";
import { commandWith, demoFolder, otherPort, type StartOptions, startOptions, usage } from "./start-options.ts";

const say = (text = "") => process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  sayUsage(usage, process.argv.slice(2));
  const options = startOptions(process.argv.slice(2));
  const { port, host, publicHost } = options;
  const data = resolve(root, options.data);
  const extensions = chosenBy(options);
  // Loaded only on demand, like the robots and the package.
  const stage = options.play === undefined ? undefined : await import("./play.ts");
  stage?.checkOnlooking(extensions);
  // Before the builds: an invalid file is reported at once.
  const recording = options.play === undefined ? undefined : await stage?.readRecording(options.play);
  if (options.play === undefined) checkDataFolder(data);
  await checkPorts(port, host);
  say("Crema is starting …");
  buildWeb();
  const packaged = options.package ? await packageOf(extensions) : undefined;

  const at = (offset: number, path = "") => `http://${publicHost}:${port + offset}${path}`;
  const siteOrigin = at(0);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const stand = standOptions({
    siteOrigin,
    // The same site under its other name, because people may type either address.
    alsoOrigins: publicHost === "localhost" ? [`http://127.0.0.1:${port}`] : [],
    timeZone,
    ...(packaged === undefined ? {} : { application: packaged }),
    ...(options.watch ? { watch: sayReloaded } : {}),
    extensions,
    env: process.env,
  });
  const scene = recording && (await stage?.sceneOf(recording, stand, { timeZone, guest }));
  let playing: Playing | undefined;
  const services = scene ? scene.options : { ...stand, data };
  /** Starts in parallel with the application, once the folder is known to be ours; ends with this process. */
  let site: Promise<StaticWebApp> | undefined;
  // Last of all, so that a refused start leaves everything as it was.
  if (options.reset) emptyDataFolder(data);
  const azure = await startLocalAzure({
    ...services,
    prepare: async (endpoints) => {
      site = startSite(options, at, extensions, recording?.storeId);
      site.catch(() => undefined);
      await services.prepare?.(endpoints);
    },
    notes: () => ({
      ...(playing && { "The recording": playing.note() }),
      "The stand": {
        Display: at(0, "/display"),
        Barista: at(0, "/barista"),
        Admin: at(0, "/admin"),
        "How to sign in":
          "Type a number from the list into the page; the code arrives in the SMS inbox. Customers take any number.",
      },
      "Numbers of those who work here": Object.fromEntries(
        people.map(({ name, phone, roles }) => [phone, `${name} (${roles.join(", ")})`]),
      ),
    }),
    host,
    publicHost,
    inboxHost: options.openInbox ? host : "127.0.0.1",
    ports: servicePorts(port),
    log: consoleLog("warn"),
  });
  try {
    await checkExtensions(extensions, azure.functions?.functions ?? []);
  } catch (error) {
    await azure.stop();
    throw error;
  }
  const web = await site?.catch(async (error) => {
    await azure.stop();
    throw error;
  });

  let demo: Demo | undefined;
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    say("\nStopping …");
    playing?.stop();
    if (demo) say(`What the robots met:\n\n${await demo.stop()}\n`);
    await web?.close();
    await azure.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  if (options.demo) {
    say("The robots come in …");
    const { startDemo } = await import("./demo.ts");
    demo = await startDemo(azure, options.speed, say);
  } else if (stage && recording && scene) {
    playing = await stage.startPlaying(azure, recording, scene, { speed: options.speed, say, quit: stop });
  } else if (options.speed !== 1) await azure.setSpeed(options.speed);
  // In parallel with the running services; until it is built, its address shows a plain page.
  buildConsole().catch((error: Error) => process.stderr.write(`${error.message}\n`));
  sayReady(options, at, azure.controlUrl, extensions);
  const doubt = host === "0.0.0.0" ? await hostDoubt(publicHost) : undefined;
  if (doubt !== undefined) say(`\n  PHONES MAY NOT FIND IT: ${doubt}`);
  if (demo) sayDemo(options, demo);
  if (stage && recording && scene)
    say(stage.introduction(recording, scene, { speed: options.speed, control: azure.controlUrl, guest }));
  // Keeps the compiled code even if this process is killed.
  flushCompileCache();
}

/** @throws UsageError */
function chosenBy({ extensions }: StartOptions): Extension[] {
  const all = extensionsIn();
  try {
    return chosenOf(all, extensions);
  } catch (error) {
    throw new UsageError(`--extensions is "${extensions}". ${(error as Error).message}`);
  }
}

/** Builds the package for Azure, with these extensions; returns its folder. */
async function packageOf(extensions: readonly Extension[]): Promise<string> {
  const { packageFolder, writePackage } = await import("./package/index.ts");
  // The local Azure stores Durable state itself, whatever the package's backend is.
  await writePackage(packageFolder, "storage", extensions);
  return packageFolder;
}

/** Serves the web apps, configured with the addresses of the services. */
async function startSite(
  { data, host, port, publicHost, openInbox }: StartOptions,
  at: (offset: number, path?: string) => string,
  extensions: readonly Extension[],
  storeId = "main",
): Promise<StaticWebApp> {
  const folder = join(resolve(root, data), siteFolder);
  rmSync(folder, { recursive: true, force: true });
  // Other devices open the pages too, so they show no inbox that only this machine can open.
  const inbox = openInbox || publicHost === "localhost" ? at(3, "/") : undefined;
  stampSite(builtSite, folder, {
    api: at(1, "/api"),
    push: at(2).replace("http", "ws"),
    site: at(0),
    store: storeId,
    tryIt: tryIt(inbox),
    extensions: hearersOf(extensions),
  });
  return startStaticWebApp({ folder, host, port, names: [publicHost] });
}

function sayDemo({ speed }: StartOptions, { seed }: Demo): void {
  say(`
  Robots are at work${speed === 1 ? "" : `, and time passes ${speed} times as fast`} (seed ${seed}): guests scan, order, change their minds; Bea and Alex make the drinks.
    On the display     drinks move from Preparing to Ready, the code counts down
    In the barista app the queue, what Bea and Alex have in hand, what is ready
    In the admin app   the figures of today, the orders, the menu: mark a drink as sold out and see the guests choose another
    As a guest         scan the display's code, or click it: the robots make your drink too`);
}

const sayReloaded: WatchOptions = {
  reloaded: ({ files, error }) => {
    if (error === undefined) say(`  Reloaded: ${files.join(", ")}`);
  },
};

function sayReady(
  options: StartOptions,
  at: (offset: number, path?: string) => string,
  controlUrl: string,
  extensions: readonly Extension[],
): void {
  say(`
Crema is ready (${secondsSince(began)} s)

  Display     ${at(0, "/display")}
  Barista     ${at(0, "/barista")}
  Admin       ${at(0, "/admin")}
  Customer    ${at(0, "/")}   (open it by scanning the display's code)

  SMS inbox   ${options.openInbox ? at(3, "/") : `http://localhost:${options.port + 3}/`}
  Health      ${at(1, "/api/health")}
  Local Azure ${controlUrl}   (the console: what happens, clock, connection strings, keys, and this list)
  Extensions  ${extensions.map(({ name }) => name).join(", ") || "none"}

  Staff sign in with these numbers; their codes arrive in the SMS inbox:
${people.map(({ name, phone, roles }) => `    ${phone}  ${name} (${roles.join(", ")})`).join("\n")}
${networkNote(options)}
  ${whatStops(options)}`);
}

function whatStops({ demo, play, data }: StartOptions): string {
  const given = process.argv.slice(2);
  if (play !== undefined) return "Ctrl-C stops it; nothing of it is kept.";
  const tells = demo ? ", and tells what the robots met" : "";
  // A demonstration in its own folder starts from scratch by default.
  if (demo && data === demoFolder) return `Ctrl-C stops it${tells}.`;
  return `Ctrl-C stops it${tells}; what happened is kept in ${data}. ${commandWith(given, "--reset")} begins again.`;
}

function networkNote({ host, openInbox }: StartOptions): string {
  if (host !== "0.0.0.0") return "";
  return openInbox
    ? "\n  Open to your network, the SMS inbox too: anyone there can sign in as anyone. For demonstrations only.\n"
    : "\n  Open to your network: phones can scan the display. The SMS inbox is on this machine only; read the codes out,\n  or start with --open-inbox for a demonstration.\n";
}

try {
  await main();
} catch (error) {
  if (error instanceof PortTakenError) {
    const given = process.argv.slice(2);
    const other = commandWith(given, "--port", String(otherPort(startOptions(given).port)));
    process.stderr.write(`${error.message}\nChoose other ports: ${other}\n`);
  } else {
    process.stderr.write(`Crema could not start: ${(error as Error).message}\n`);
    if (process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  }
  process.exit(exitCodeOf(error));
}
