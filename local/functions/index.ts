import type { ChangeFeedSource } from "../cosmos/change-feed.ts";
import type { DurableEngine } from "../durable/engine.ts";
import type { ServiceClock } from "../kernel/clock.ts";
import type { Due } from "../kernel/due.ts";
import { type Listening, listen } from "../kernel/http-server.ts";
import type { Parts } from "../kernel/parts.ts";
import { type LoadedApp, loadApplication } from "./app.ts";
import type { FunctionDefinition, TriggerKind } from "./definition.ts";
import { Cors } from "./http/cors.ts";
import { HttpFront } from "./http/front.ts";
import { KeyRing } from "./keys.ts";
import { listFunctions, whatStarts } from "./listing.ts";
import { type Meters, newMeters } from "./meters.ts";
import { ReloadOnChange, type WatchOptions } from "./reload-on-change.ts";
import { StorageClients } from "./storage/clients.ts";
import { webPubSubKey } from "./triggers/web-pubsub-webhook.ts";

export interface FunctionsOptions {
  /** Folder with the application's package.json, whose `main` names the file or glob to load, and host.json. */
  root: string;
  /** Loaded in place of that `main`. */
  main?: string;
  /** Application settings: the application's whole `process.env`, except for a few of the system's variables. */
  settings: Record<string, string>;
  /** Address to listen on. Default: 127.0.0.1. */
  host?: string;
  /** Default: 0, which takes any free port. */
  port?: number;
  /** Name or address by which clients reach `host`; the default of `origin` is made from it. Default: 127.0.0.1. */
  publicHost?: string;
  /** Further host names that requests may use, besides those of this machine and `publicHost`. */
  names?: readonly string[];
  /** Origin that clients use. Default: `http://<publicHost>:<port>`. */
  origin?: string;
  /** Origins that browsers may call from, matched exactly. Default: none. */
  cors?: string[];
  /** Clients of storage accounts, shared with other writers, so that triggers need not wait for the next poll. */
  storage?: StorageClients;
  /** Cosmos DB accounts, by the name of the connection setting that points to them. */
  feeds?: Record<string, ChangeFeedSource>;
  durable?: DurableEngine;
  clock: ServiceClock;
  /** For how long (ms of the machine's time) nothing else must have been in progress before an invocation counts as waiting. Default: 1000. */
  patience?: number | undefined;
  /** Hosts, with their ports, of the other services that record the cause of a request. */
  services?: readonly string[];
  /** The services, in this thread, that the application calls without a connection. Default: none. */
  near?: readonly string[];
  /** Certificates (PEM) of services on this machine that the application has to trust, besides those that Node trusts. */
  trusted?: readonly string[];
  /** Reloads the application when a file of its code changes. Default: no reload. */
  watch?: WatchOptions;
  /**
   * Called at each load when the functions are known and before any of them runs. Services are connected to the webhooks here, so that events which
   * the application then publishes find their subscriptions.
   */
  indexed?(host: Pick<FunctionsHost, "functions" | "webhookUrl">): void;
}

export interface FunctionSummary {
  name: string;
  trigger: TriggerKind;
  disabled: boolean;
  /** A description: methods and address, schedule, or container; empty for durable functions. */
  startedBy: string;
}

export interface FunctionsHost {
  readonly port: number;
  readonly origin: string;
  readonly functions: FunctionSummary[];
  /** The list of functions as text. */
  readonly listing: string;
  readonly meters: Readonly<Meters>;
  /** The next runs of timer functions, unordered. */
  due(): Iterable<Due>;
  /**
   * The address, including the key, to which the service behind a webhook trigger sends; all Web PubSub functions share one.
   * @throws Error if there is no such function.
   */
  webhookUrl(kind: "eventgrid" | "webpubsub", functionName?: string): string;
  /** The key for an HTTP function of level `function`. @throws Error if there is no such function. */
  functionKey(functionName: string): string;
  /** The key that gives access to everything. */
  readonly masterKey: string;
  /** The number of instances of the application. */
  readonly instances: number;
  /**
   * Starts further instances, or lets the oldest complete their work and end, to reach this number. This is scaling out, and also a deployment in
   * which the next instance starts before the last has ended. @throws RangeError, or the application's own error if it does not load
   */
  scale(count: number): Promise<void>;
  /**
   * Ends the thread of an instance at once, as a crash does; another is started. Its work in progress is lost, as on Azure.
   * @param asker the port of the instance's requests to services; by default the instance is random
   * @param alone as if only the application's process ended, and the host beside it went on: then orchestrations and activities that have a turn in it fail,
   * as on Azure; by default they run again, as after the end of a whole instance
   */
  kill(reason: string, asker?: number, alone?: boolean): void;
  /** Ends the application and loads it again, with its package.json and host.json; rejects as `startFunctionsHost` does. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Whether a request is for the host itself and not for a function. */
const isHosts = (target = "/") => /^\/+(admin|runtime)\//i.test(target);

/**
 * Starts a host for one application of the `@azure/functions` v4 programming model.
 * Rejects if the port is taken, if the application does not load (with its own message and stack), and if a function declares something that this
 * host does not support.
 */
export async function startFunctionsHost(parts: Parts, options: FunctionsOptions): Promise<FunctionsHost> {
  const { host = "127.0.0.1", publicHost = "127.0.0.1", durable } = options;
  const keys = new KeyRing(parts, () =>
    durable === undefined ? new Map() : new Map([["system/durabletask_extension", durable.systemKey]]),
  );
  const meters = newMeters();
  const storage = options.storage ?? new StorageClients();
  const cors = new Cors(options.cors ?? []);
  let origin = options.origin ?? "";
  let app: Promise<LoadedApp>;
  let loaded: LoadedApp | undefined;
  const front = new HttpFront(parts, {
    cors,
    keys,
    durable,
    origin: () => origin,
    app: () => app,
  });
  const listening: Listening = await listen({
    part: "the functions host",
    host,
    port: options.port ?? 0,
    // More than a request may have, so that the response to a longer one is the same as on Azure.
    maxHeaderSize: 256 * 1024,
    names: [publicHost, ...(options.names ?? [])],
    // The application decides by CORS which pages may call; the host's own paths require keys.
    origins: "any",
    // As on Azure, functions get invalid escapes unchanged.
    anyEscapes: true,
    // An application with HTTP streams reads bodies as they arrive.
    streams: (request) => loaded?.streams === true && !isHosts(request.url),
    handle: (request, response) => front.handle(request, response),
    failed: (error, request) =>
      parts.log.error(`${request.method} ${request.url} failed.`, { stack: (error as Error).stack }),
  });
  if (origin === "") origin = `http://${publicHost}:${listening.port}`;
  const local = `http://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${listening.port}`;
  const transpile = { needed: false };
  /** Set once it has been scaled. */
  let instances: number | undefined;
  let indexed: readonly FunctionDefinition[] = [];
  let routePrefix = "";
  let watching: ReloadOnChange | undefined;
  const existing = (name: string, kind: TriggerKind) => {
    const found = indexed.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (found?.kind !== kind) throw new Error(`The application has no ${kind} function "${name}".`);
    return found.name;
  };
  const view: Pick<FunctionsHost, "functions" | "webhookUrl"> = {
    get functions() {
      const httpBase = routePrefix === "" ? origin : `${origin}/${routePrefix}`;
      return indexed.map((definition) => {
        const { name, kind, disabled } = definition;
        return { name, trigger: kind, disabled, startedBy: whatStarts(definition, httpBase) };
      });
    },
    webhookUrl: (kind, name = "") =>
      kind === "webpubsub"
        ? `${local}/runtime/webhooks/webpubsub?code=${keys.get(webPubSubKey)}`
        : `${local}/runtime/webhooks/eventgrid?functionName=${existing(name, "eventGrid")}&code=${keys.get("system/eventgrid_extension")}`,
  };
  const load = () =>
    loadApplication(parts, {
      root: options.root,
      main: options.main,
      settings: options.settings,
      origin: origin.includes("0.0.0.0") ? local : origin,
      feeds: options.feeds ?? {},
      storage,
      durable,
      keys,
      instances,
      clock: options.clock.shared,
      meters,
      trusted: options.trusted ?? [],
      patience: options.patience,
      near: options.near ?? [],
      services: [...(options.services ?? []), new URL(local).host, new URL(origin).host],
      transpile,
      loadedFrom: options.watch && ((files) => watching?.loadedFrom(files)),
      indexed: (functions, prefix) => {
        indexed = functions;
        routePrefix = prefix;
        options.indexed?.(view);
      },
    });
  /** Requests wait for the application that is being loaded. */
  const take = async (loading: Promise<LoadedApp>) => {
    app = loading;
    loaded = undefined;
    loaded = await loading;
  };
  const stopThen = async (before: LoadedApp | undefined) => {
    await before?.stop();
    return load();
  };
  let closing = false;
  /** Reloads run in sequence: two at once would leave an application running that nothing ends. */
  let last: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<void> => {
    const next = last.then(() => {
      if (closing) throw new Error("The functions host is stopping.");
      return take(stopThen(loaded));
    });
    last = next.catch(() => undefined);
    return next;
  };
  if (options.watch !== undefined) watching = new ReloadOnChange(parts, options.root, options.watch, reload);
  try {
    await take(load());
  } catch (error) {
    watching?.close();
    await listening.close();
    throw error;
  }
  return {
    port: listening.port,
    origin,
    get functions() {
      return view.functions;
    },
    get listing() {
      return listFunctions(view.functions);
    },
    webhookUrl: view.webhookUrl,
    meters,
    *due() {
      for (const [name, { next }] of loaded?.timers ?? [])
        if (next !== undefined) yield { at: next, service: "functions", what: "timer", name };
    },
    functionKey: (name) => keys.get(`function/${existing(name, "http")}`),
    get masterKey() {
      return keys.get("master");
    },
    get instances() {
      return loaded?.instances ?? 0;
    },
    scale: async (count) => {
      await (await app).scale(count);
      instances = count;
    },
    kill: (reason, asker, alone) => loaded?.kill(reason, asker, alone),
    reload,
    close: async () => {
      closing = true;
      watching?.close();
      await last;
      app = Promise.reject(new Error("The functions host is stopping."));
      app.catch(() => undefined);
      await loaded?.stop();
      await listening.close();
    },
  };
}
