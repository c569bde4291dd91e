import type { ChangeFeedSource } from "../cosmos/change-feed.ts";
import type { DurableEngine } from "../durable/engine.ts";
import type { Log } from "../kernel/log.ts";
import type { Parts } from "../kernel/parts.ts";
import { AppRunner } from "./app-runner.ts";
import { Bindings } from "./bindings/index.ts";
import { defineFunctions, type FunctionDefinition } from "./definition.ts";
import { disablingWarnings } from "./disabled.ts";
import { type HostConfig, readHostJson } from "./host-json.ts";
import { reviewRoutes } from "./http/route-review.ts";
import { Router } from "./http/router.ts";
import { Instances, instancesWanted } from "./instances.ts";
import { clientOptions, Invoker } from "./invoker.ts";
import type { KeyRing } from "./keys.ts";
import type { Meters } from "./meters.ts";
import { processWarnings } from "./process-settings.ts";
import type { FromWorker } from "./protocol.ts";
import type { StorageClients } from "./storage/clients.ts";
import { BlobTriggers } from "./triggers/blob-triggers.ts";
import { CosmosTrigger } from "./triggers/cosmos-trigger.ts";
import { durableFunctions } from "./triggers/durable-functions.ts";
import { QueueTrigger } from "./triggers/queue-trigger.ts";
import { shareLeases } from "./triggers/shared-leases.ts";
import { TimerTrigger } from "./triggers/timer-trigger.ts";
import type { Trigger } from "./triggers/trigger.ts";
import { WebPubSubTriggers, webPubSubKey } from "./triggers/web-pubsub-webhook.ts";

/** The version of the real host that this one emulates, as an application sees it. */
const hostVersion = "4.1040.0";

/** Triggers whose retry policies are supported. */
const retried: ReadonlySet<string> = new Set(["timer", "cosmosDB", "http", "eventGrid", "storageQueue", "storageBlob"]);

export interface AppOptions {
  root: string;
  /** Loaded in place of `main` of its package.json. */
  main: string | undefined;
  settings: Record<string, string>;
  /** The origin that clients use. */
  origin: string;
  feeds: Record<string, ChangeFeedSource>;
  storage: StorageClients;
  durable: DurableEngine | undefined;
  keys: KeyRing;
  /** The number of instances; overrides the settings. */
  instances?: number | undefined;
  /** The shared cells of the clock. */
  clock: SharedArrayBuffer;
  meters: Meters;
  patience: number | undefined;
  /** Hosts, with their ports, of the services that record the cause of a request. */
  services: readonly string[];
  /** The services among them that are called without a connection. */
  near: readonly string[];
  /** Certificates (PEM) that the application has to trust. */
  trusted: readonly string[];
  /** Whether the application's TypeScript needs a transpiler. Determined at the first start, so that a reload knows it. */
  transpile: { needed: boolean };
  /** Called at each start of the application's thread with the files that it loaded. If set, the thread keeps track of them. */
  loadedFrom?: ((files: readonly string[]) => void) | undefined;
  /** Called when the functions are known and before any of them runs. */
  indexed(functions: readonly FunctionDefinition[], routePrefix: string): void;
}

export interface HttpRoute {
  definition: FunctionDefinition;
  methods: ReadonlySet<string>;
}

/** An application that has been loaded and whose triggers run. */
export interface LoadedApp {
  readonly functions: readonly FunctionDefinition[];
  readonly router: Router<HttpRoute>;
  readonly routePrefix: string;
  readonly invoker: Invoker;
  readonly timers: ReadonlyMap<string, TimerTrigger>;
  readonly webPubSub: WebPubSubTriggers;
  /** Whether the application has HTTP streams enabled. */
  readonly streams: boolean;
  /** The number of instances, each with its own thread. */
  readonly instances: number;
  /** Starts further instances, or ends the oldest, to reach this number. @throws RangeError if the number is invalid */
  scale(count: number): Promise<void>;
  /** The instance that will serve a request, for callers that need to know it in advance. */
  pick(): AppRunner;
  readonly hostVersion: string;
  /** Logs a warning, once for each `what`. */
  sayOnce(what: string, message: string): void;
  /** In ms since the epoch. */
  readonly startedAt: number;
  /**
   * Ends the thread of an instance at once; another is started. @param asker the port of the instance's requests to services; by default the instance
   * is random @param alone as `kill` of the host
   */
  kill(reason: string, asker?: number, alone?: boolean): void;
  stop(): Promise<void>;
}

/**
 * Loads the application and starts its triggers.
 * @throws Error: the application's own if it does not load, or one that lists everything that is wrong with its functions.
 */
export async function loadApplication(parts: Parts, options: AppOptions): Promise<LoadedApp> {
  const { root, main, settings, storage, origin, durable, meters } = options;
  const config = readHostJson(root, settings);
  for (const warning of [...config.warnings, ...processWarnings(settings)]) parts.log.warn(warning);
  const wanted = options.instances ?? instancesWanted(settings);
  let running: Invoker | undefined;
  const threadOptions = () => ({
    root,
    main,
    clock: options.clock,
    services: [...options.services],
    near: [...options.near],
    trusted: [...options.trusted],
    hostVersion,
    env: environment(settings, origin),
    log: parts.log.named("application"),
    lockStep: parts.lockStep,
    onLog: (entry: Logged) => {
      if (entry.invocationId !== undefined) running?.logged(entry.invocationId, entry.level, entry.message);
      writeLog(parts.log, config, entry);
    },
    onFiles: options.loadedFrom,
  });
  const instances = new Instances(parts.ids, () => new AppRunner(parts, options.transpile, threadOptions));
  const { functions: registered, capabilities } = await instances.start();
  const triggers: Trigger[] = [];
  const { messageEncoding } = config.queues;
  const bindings = new Bindings(parts, settings, { clients: storage, messageEncoding }, options.services);
  let attached: DurableEngine | undefined;
  try {
    if (wanted > 1) await instances.scale(wanted);
    const functions = defineFunctions(registered, settings);
    for (const warning of disablingWarnings(functions, settings)) parts.log.warn(warning);
    checkDurable(functions, durable, origin);
    const { functionTimeout } = config;
    const invoker = new Invoker(parts, {
      instances,
      bindings,
      functionTimeout,
      durable,
      origin,
      meters,
      patience: options.patience,
    });
    running = invoker;
    const { router, timers, webPubSub, complaints } = buildTriggers(
      parts,
      options,
      config,
      functions,
      invoker,
      triggers,
      bindings,
      storage,
    );
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
    sayOfRoutes(parts.log, router);
    await options.keys.ensure([
      "master",
      "host/default",
      "system/eventgrid_extension",
      ...(functions.some(({ kind }) => kind === "webPubSub") ? [webPubSubKey] : []),
      ...functions.filter(({ kind }) => kind === "http").map(({ name }) => `function/${name}`),
    ]);
    options.indexed(functions, config.routePrefix);
    if (durable && hasDurable(functions)) {
      attached = durable;
      await durable.attach(durableFunctions(functions, invoker));
    }
    for (const trigger of triggers) await trigger.start();
    for (const warmup of functions.filter(({ kind, disabled }) => kind === "warmup" && !disabled))
      void invoker.invoke(warmup, { data: { json: "{}" } });
    return {
      functions,
      router,
      routePrefix: config.routePrefix,
      invoker,
      timers,
      webPubSub,
      streams: capabilities.HttpUri !== undefined,
      get instances() {
        return instances.count;
      },
      scale: (count) => parts.work.track("application start", instances.scale(count)),
      pick: () => instances.pick(),
      hostVersion,
      sayOnce: onceEach((message) => parts.log.warn(message)),
      startedAt: parts.clock.now(),
      kill: (reason, asker, alone) => instances.kill(reason, asker, alone),
      stop: () => {
        invoker.stop();
        return stopAll(triggers, attached, instances, bindings);
      },
    };
  } catch (error) {
    await stopAll(triggers, attached, instances, bindings);
    throw error;
  }
}

async function stopAll(
  triggers: Trigger[],
  durable: DurableEngine | undefined,
  instances: Instances,
  bindings: Bindings,
): Promise<void> {
  for (const trigger of triggers) trigger.stop();
  // The engine starts nothing new; work in progress gets the three seconds of the thread.
  const detached = durable?.detach();
  await instances.stop();
  await detached;
  await Promise.all(triggers.map((trigger) => trigger.ended?.()));
  await bindings.close();
}

/** The whole `process.env` of the application. */
function environment(settings: Record<string, string>, origin: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LANG", "TZ"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return {
    ...env,
    FUNCTIONS_WORKER_RUNTIME: "node",
    AZURE_FUNCTIONS_ENVIRONMENT: "Development",
    ...settings,
    WEBSITE_HOSTNAME: new URL(origin).host,
  };
}

function onceEach(say: (message: string) => void): LoadedApp["sayOnce"] {
  const said = new Set<string>();
  return (what, message) => {
    if (said.has(what)) return;
    said.add(what);
    say(message);
  };
}

function hasDurable(functions: readonly FunctionDefinition[]): boolean {
  return functions.some(({ kind }) => kind === "orchestration" || kind === "activity" || kind === "entity");
}

/** @throws Error if a durable function has no engine, or a durable client names another hub or storage than the engine's */
function checkDurable(
  functions: readonly FunctionDefinition[],
  durable: DurableEngine | undefined,
  origin: string,
): void {
  const needing = functions.filter((candidate) => hasDurable([candidate]) || candidate.durableClients.length > 0);
  if (durable === undefined && needing.length > 0) {
    throw new Error(
      `${needing.map(({ name }) => name).join(", ")}: Durable Functions are used, but the functions host was started without a durable engine.`,
    );
  }
  const complaints = needing.flatMap(({ name, durableClients, disabled }) =>
    durableClients.flatMap(({ name: input, binding }) => {
      try {
        if (!disabled) durable?.clientBinding(origin, clientOptions(binding));
        return [];
      } catch (error) {
        return [`Function "${name}": the input "${input}": ${(error as Error).message}`];
      }
    }),
  );
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
}

function buildTriggers(
  parts: Parts,
  options: AppOptions,
  config: HostConfig,
  functions: FunctionDefinition[],
  invoker: Invoker,
  triggers: Trigger[],
  bindings: Bindings,
  clients: StorageClients,
) {
  const { settings, root } = options;
  const { queues, blobs } = config;
  const blobTriggers = new BlobTriggers(parts, invoker, { clients, settings, root, queues, blobs });
  triggers.push(blobTriggers);
  const router = new Router<HttpRoute>();
  const timers = new Map<string, TimerTrigger>();
  const feeds: CosmosTrigger[] = [];
  const webPubSub = new WebPubSubTriggers(settings);
  const complaints: string[] = [];
  const warmups = functions.filter(({ kind }) => kind === "warmup");
  if (warmups.length > 1)
    complaints.push(
      `${warmups.map(({ name }) => `"${name}"`).join(" and ")} are warm-up functions; an application may have only one.`,
    );
  for (const definition of functions) {
    const { name, kind, retry } = definition;
    // A disabled HTTP function still runs for a caller with the master key.
    if (definition.disabled && kind !== "http") continue;
    if (retry && !retried.has(kind)) {
      parts.log.warn(
        `${name} has a retry policy. For the trigger ${kind} it has no effect here; what Azure does with it was not observed.`,
      );
    }
    try {
      bindings.add(definition);
      if (kind === "http") addRoute(router, config.routePrefix, definition);
      if (kind === "timer") {
        const timer = new TimerTrigger(parts, definition, invoker);
        timers.set(name, timer);
        triggers.push(timer);
      }
      if (kind === "cosmosDB") feeds.push(new CosmosTrigger(parts, definition, invoker, options.feeds));
      if (kind === "storageQueue")
        triggers.push(new QueueTrigger(parts, definition, invoker, { clients, settings, options: queues }));
      if (kind === "storageBlob") blobTriggers.add(definition);
      if (kind === "webPubSub") webPubSub.add(definition);
    } catch (error) {
      complaints.push(`Function "${name}": ${(error as Error).message}`);
    }
  }
  complaints.push(...shareLeases(parts, feeds));
  triggers.push(...feeds.map((trigger) => nameErrors(trigger.name, trigger)));
  return { router, timers, webPubSub, complaints };
}

/** Names the function in errors of a trigger that could not start. */
function nameErrors(name: string, trigger: Trigger): Trigger {
  return {
    start: () =>
      trigger.start().catch((error: Error) => {
        throw new Error(`Function "${name}": ${error.message}`, { cause: error });
      }),
    stop: () => trigger.stop(),
  };
}

/** Warns of conflicting routes, which the real host does not report. */
function sayOfRoutes(log: Log, router: Router<HttpRoute>): void {
  const { unreachable, overlapping } = reviewRoutes(router.routes);
  for (const text of unreachable) log.error(`No request reaches this function, here as on Azure: ${text}`);
  if (overlapping.length === 0) return;
  log.warn(
    `Routes overlap, and function names decide which one answers, here as on Azure:\n  ${overlapping.join("\n  ")}\nRoutes that exclude each other (a constraint such as {id:int}, another address) do not depend on names.`,
  );
}

function addRoute(router: Router<HttpRoute>, prefix: string, definition: FunctionDefinition): void {
  const { trigger, name } = definition;
  const route = String(trigger.route ?? name).replace(/^\/+/, "");
  // As on Azure, for any prefix: such routes are reserved for the host.
  if (/^(admin|runtime)/i.test(route)) {
    throw new Error(
      `the route "${route}" conflicts with one or more built in routes: no route may begin with "admin" or "runtime".`,
    );
  }
  const methods = Array.isArray(trigger.methods) ? trigger.methods.map((method) => String(method).toUpperCase()) : [];
  const all = ["GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS", "TRACE", "CONNECT"];
  router.add(name, prefix === "" ? route : `${prefix}/${route}`, {
    definition,
    methods: new Set(methods.length > 0 ? methods : all),
  });
}

type Logged = Extract<FromWorker, { kind: "log" }>;

function writeLog(log: Log, config: HostConfig, entry: Logged): void {
  const { level, category, message, functionName, invocationId } = entry;
  const name =
    functionName === undefined
      ? `Worker.${category}`
      : `Function.${functionName}.${category === "user" ? "User" : category}`;
  if (!config.logs(name, level)) return;
  const to = functionName === undefined ? log.named("application") : log.named(functionName);
  const fields = invocationId === undefined ? {} : { invocationId };
  if (level === "trace" || level === "debug") to.debug(message, fields);
  else if (level === "information") to.info(message, fields);
  else if (level === "warning") to.warn(message, fields);
  else to.error(message, fields);
}
