import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cosmosActions } from "./control/cosmos.ts";
import { durableActions } from "./control/durable.ts";
import { eventGridActions } from "./control/eventgrid.ts";
import { faultsActions } from "./control/faults.ts";
import { functionsActions } from "./control/functions.ts";
import { type Notes, startControl } from "./control/index.ts";
import { smsActions } from "./control/sms.ts";
import { webPubSubActions } from "./control/webpubsub.ts";
import { type ChangeFeedSource, type Cosmos, startCosmos } from "./cosmos/index.ts";
import { durableOptionsOf } from "./durable/host-settings.ts";
import {
  createDurableEngine,
  type DurableEngine,
  type DurableFunctions,
  type DurableOptions,
  type LocalDurableEngine,
} from "./durable/index.ts";
import { type EventGrid, startEventGrid } from "./eventgrid/index.ts";
import { FaultRules } from "./faults/rules.ts";
import { type FunctionsHost, startFunctionsHost } from "./functions/index.ts";
import type { WatchOptions } from "./functions/reload-on-change.ts";
import { accountAt } from "./functions/storage/account.ts";
import { StorageClients } from "./functions/storage/clients.ts";
import type { ServiceClock } from "./kernel/clock.ts";
import { milliseconds } from "./kernel/duration.ts";
import { type Ids, secureIds } from "./kernel/ids.ts";
import { consoleLog, type Log } from "./kernel/log.ts";
import { Pace } from "./kernel/pace.ts";
import type { Parts } from "./kernel/parts.ts";
import { openClock, saveClock } from "./kernel/stored-clock.ts";
import { Work } from "./kernel/work.ts";
import { Recorder, type RecorderLimits } from "./recorder/recorder.ts";
import {
  communicationTopic,
  databasesOf,
  type HubDeclaration,
  hubsOf,
  type Resources,
  retentionOf,
  subscriptionFor,
  systemTopicsOf,
  type TopicDeclaration,
  topicsOf,
} from "./resources.ts";
import { type Sms, startSms } from "./sms/index.ts";
import { openLogStore } from "./store/log-store.ts";
import { openMemoryStore } from "./store/memory-store.ts";
import { type EventHandler, type HubSettings, startWebPubSub, type WebPubSub } from "./webpubsub/index.ts";

/** In the data folder: what https of Cosmos DB is trusted by. */
export const certificateFile = "cosmos.pem";

/** The port of each part; 0 or nothing takes any free one. */
export interface Ports {
  functions?: number;
  webPubSub?: number;
  sms?: number;
  control?: number;
  cosmos?: number;
  /** Of the first topic; each other one takes the next. */
  eventGrid?: number;
  /** Where the durable client in the application calls; loopback always. */
  durable?: number;
}

/** What an application's settings are made from: where each service is and how to get in. */
export interface Endpoints {
  cosmos: { connectionString: string; endpoint: string; httpsEndpoint: string; key: string };
  /** The first topic. */
  eventGrid: { endpoint: string; key: string };
  /** Every topic by its name. */
  topics?: Readonly<Record<string, { endpoint: string; key: string }>>;
  webPubSub: { connectionString: string };
  sms: { connectionString: string };
}

export interface LocalAzureOptions {
  /** Folder that keeps everything between runs; without it nothing is kept. */
  data?: string;
  /** Address to listen on for what browsers use: Functions and Web PubSub. Default 127.0.0.1. */
  host?: string;
  /** Address to listen on for the SMS inbox; who can read it can sign in as anyone. Default 127.0.0.1. */
  inboxHost?: string;
  /** Name or address by which browsers reach `host`. Default 127.0.0.1. */
  publicHost?: string;
  /** Further names that requests to any of the servers may ask for; beside these and `publicHost` they answer to `localhost` and loopback only. */
  names?: string[];
  ports?: Ports;
  /**
   * Holds the clock from the start, at this time in ms; otherwise it runs with the machine's. A time before the one that `data` has reached is
   * refused.
   */
  heldAt?: number;
  log?: Log;
  /** Where ids and chance of the services come from; by default they cannot be guessed. For a run that is to be had again. */
  ids?: Ids;
  /** How much of what the services do is recorded, for the console and for tests; `spans: 0` for nothing. */
  recording?: RecorderLimits;
  resources: Resources;
  /** The Functions application. */
  application?: {
    /** Folder with its package.json and host.json. */
    root: string;
    /** The file, or the glob of files, that registers the functions, in place of `main` of its package.json. */
    main?: string;
    settings(endpoints: Endpoints): Record<string, string>;
    /** Origins that browsers may call from. */
    cors?: string[];
    /**
     * A function that is asked for and only waits holds the clock up for so long (ms of the machine's time; default 1000), then the clock goes on without it. Longer
     * for a run that is to be the same again, on a machine that is busy or with SDKs that try again.
     */
    patience?: number;
    /** Reloads the application when a file of its code has changed. */
    watch?: WatchOptions;
  };
  /** Settings of the durable engine, before those of the application's host.json. */
  durable?: DurableOptions;
  /**
   * Given the application's durable functions each time it has been loaded; what it returns is what the engine runs. The place for a test to
   * make an activity fail, or to see what an orchestrator waits for.
   */
  wrapFunctions?(functions: DurableFunctions): DurableFunctions;
  /** What the control page tells people of the application, by heading; a function is asked each time. */
  notes?: Notes | (() => Notes);
  /** Called when every service is up and before the application starts: the place to seed data. */
  prepare?(endpoints: Endpoints): Promise<void>;
}

export interface LocalAzure {
  readonly endpoints: Endpoints;
  readonly clock: ServiceClock;
  readonly cosmos: Cosmos;
  /** The first topic. */
  readonly eventGrid: EventGrid;
  /** Every topic by its name. */
  readonly topics: ReadonlyMap<string, EventGrid>;
  readonly webPubSub: WebPubSub;
  readonly sms: Sms;
  readonly durable: ReturnType<typeof createDurableEngine>;
  /** What the services did lately, and what caused what. */
  readonly recorder: Recorder;
  /** What goes wrong on purpose in any of the services. */
  readonly faults: FaultRules;
  /** Missing when no application was given. */
  readonly functions: FunctionsHost | undefined;
  /** Address of the control page and API. */
  readonly controlUrl: string;
  /** Moves time forward (`"15 min"` or milliseconds), firing what falls due in order and letting everything settle between. */
  advance(duration: number | string): Promise<void>;
  /** Resolves once nothing is under way anywhere. */
  settle(): Promise<void>;
  /** Counts work of others as under way until it settles: time that is moved on by hand, or hastened, waits for it. */
  during<T>(work: Promise<T>): Promise<T>;
  /** How many times as fast as the machine's time passes; 0 while it is held. */
  readonly speed: number;
  /** Lets time pass so many times as fast as the machine's: 1 is its own, 0 holds it. @throws RangeError */
  setSpeed(times: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the local Azure: every service the application needs, and the application on it. */
export async function startLocalAzure(options: LocalAzureOptions): Promise<LocalAzure> {
  const log = options.log ?? consoleLog();
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await start(options, log, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: LocalAzureOptions,
  log: Log,
  closers: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<LocalAzure> {
  const { host = "127.0.0.1", publicHost = "127.0.0.1", ports = {}, resources, names = [] } = options;
  const store = options.data === undefined ? openMemoryStore() : await openLogStore(options.data);
  closers.push(() => store.close());
  const clock = openClock(store, options.heldAt);
  closers.push(async () => {
    clock.close();
    // A disk that refuses has said so to whoever wrote last; the store is still to be closed.
    await saveClock(store, clock).catch(() => undefined);
  });
  await saveClock(store, clock);
  const work = new Work();
  const recorder = new Recorder(clock, options.recording);
  const faults = new FaultRules();
  const parts = (name: string): Parts => ({
    clock,
    store,
    work,
    recorder,
    faults,
    ids: options.ids ?? secureIds,
    log: log.named(name),
  });
  const opened = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    closers.push(() => part.close());
    return part;
  };

  const allVersions = retentionOf(resources);
  const cosmos = await opened(
    startCosmos(parts("cosmos"), {
      port: ports.cosmos ?? 0,
      names,
      ...(allVersions ? { allVersions } : {}),
      entraTokens: resources.cosmos?.entraTokens,
    }),
  );
  // For NODE_EXTRA_CA_CERTS, which wants a file before a client starts.
  if (options.data !== undefined) await writeFile(join(options.data, certificateFile), cosmos.certificate);
  for (const { database, containers } of databasesOf(resources)) await cosmos.declare(database, containers);
  const declared = topicsOf(resources);
  const storage = new StorageClients();
  const topics = new Map<string, EventGrid>();
  const startTopic = async ({
    topic,
    inputSchema,
    source,
  }: Pick<TopicDeclaration, "topic" | "inputSchema"> & { source?: string }) => {
    const own = parts(declared.length > 1 ? `eventgrid ${topic}` : "eventgrid");
    const port = ports.eventGrid ? ports.eventGrid + topics.size : 0;
    const more = { ...(inputSchema ? { inputSchema } : {}), ...(source ? { source } : {}) };
    const started = await opened(startEventGrid(own, { port, names, topic, storage, ...more }));
    topics.set(topic, started);
    return started;
  };
  const [first = { topic: "events" }, ...others] = declared;
  const eventGrid = await startTopic(first);
  for (const other of others) await startTopic(other);
  const systemTopics = systemTopicsOf(resources);
  for (const system of systemTopics) await startTopic(system);
  const hubs = hubsOf(resources);
  const webPubSub = await opened(
    startWebPubSub(parts("webpubsub"), {
      host,
      port: ports.webPubSub ?? 0,
      names: [publicHost, ...names],
      // Clients dial the address in their token: with a port of its own choice it can only be the one it listens on.
      ...(ports.webPubSub ? { origin: `http://${publicHost}:${ports.webPubSub}` } : {}),
      ...(hubs ? { hubs: hubs.map(({ hub }) => hub) } : {}),
    }),
  );
  const told = topics.get(communicationTopic);
  const sms = await opened(
    startSms(parts("sms"), {
      host: options.inboxHost ?? "127.0.0.1",
      port: ports.sms ?? 0,
      ...(resources.sms?.senders ? { senders: resources.sms.senders } : {}),
      ...(told ? { publish: told.emit } : {}),
      // Its own name in the network only when it is open to it.
      names: options.inboxHost === undefined ? names : [publicHost, ...names],
    }),
  );
  const custom = [...topics].filter(([, topic]) => !topic.isSystem);
  const endpoints: Endpoints = { cosmos, eventGrid, topics: Object.fromEntries(custom), webPubSub, sms };
  await options.prepare?.(endpoints);

  const { application } = options;
  const settings = application?.settings(endpoints) ?? {};
  /** @param host the application's functions; without it only others are subscribed. */
  const subscribe = (host?: Pick<FunctionsHost, "functions" | "webhookUrl">) => {
    for (const { topic, subscriptions } of [...declared, ...systemTopics]) {
      const own = subscriptions.flatMap((each) => {
        const urlOf = host && ((name: string) => functionUrl(host, each.name, name));
        return subscriptionFor(each, urlOf, (setting) => accountAt(setting, settings)) ?? [];
      });
      topics.get(topic)?.subscribe(own);
    }
    for (const declaration of hubs ?? []) webPubSub.configure(declaration.hub, settingsOf(declaration, host));
    const called = hubs?.some(({ eventHandlers = [] }) => eventHandlers.some(({ functions }) => functions));
    if (!called && host?.functions.some(({ trigger }) => trigger === "webPubSub"))
      log.warn(
        'The application has functions with a Web PubSub trigger, and nothing calls them: declare for their hub "eventHandlers": [{ "functions": true, … }], as on Azure in the settings of the hub.',
      );
  };
  const durable = createDurableEngine(parts("durable"), {
    ...(application ? durableOptionsOf(application.root, settings) : {}),
    ...options.durable,
  });
  closers.push(() => durable.close());
  const rpc = application && (await opened(durable.openRpc(ports.durable)));
  const functions =
    application &&
    (await opened(
      startFunctionsHost(parts("functions"), {
        root: application.root,
        ...(application.main === undefined ? {} : { main: application.main }),
        settings,
        cors: application.cors ?? [],
        ...(application.watch ? { watch: application.watch } : {}),
        host,
        publicHost,
        names,
        port: ports.functions ?? 0,
        feeds: feedsOf(settings, cosmos),
        storage,
        ...(Object.values(settings).some((value) => leadsTo(value, cosmos.httpsEndpoint))
          ? { trusted: [cosmos.certificate] }
          : {}),
        services: [
          cosmos.endpoint,
          cosmos.httpsEndpoint,
          ...[...topics.values()].map(({ endpoint }) => endpoint),
          webPubSub.endpoint,
          sms.endpoint,
          ...(rpc ? [rpc.url] : []),
        ].map((url) => new URL(url).host),
        durable: wrapped(durable, options.wrapFunctions),
        clock,
        patience: application.patience,
        // Before the first function runs: an event that finds no subscription is gone.
        indexed: subscribe,
      }),
    ));

  if (functions) faults.kill = (reason) => functions.kill(reason);

  if (application === undefined) subscribe();

  const settle = () => work.idle();
  const advance = async (duration: number | string, signal?: AbortSignal) => {
    await clock.advance(milliseconds(duration), settle, signal);
    await saveClock(store, clock);
  };
  /** One entry for each topic that can be published to, with its name when there are several. */
  const byTopic = <T>(what: string, of: (topic: EventGrid) => T): Record<string, T> =>
    Object.fromEntries(custom.map(([name, topic]) => [custom.length > 1 ? `${what} ${name}` : what, of(topic)]));
  const pace = new Pace(clock, { settle, save: (time) => saveClock(store, clock, time) });
  closers.push(() => pace.stop());
  const control = await opened(
    startControl({
      clock,
      pace,
      work,
      store,
      recorder,
      port: ports.control ?? 0,
      names,
      advance,
      moved: () => webPubSub.closeConnections("The clock was moved."),
      ...(options.notes ? { notes: options.notes } : {}),
      more: {
        ...durableActions(durable.manage),
        ...cosmosActions(cosmos),
        ...eventGridActions(topics, recorder),
        ...webPubSubActions(webPubSub),
        ...smsActions(sms),
        ...(functions ? functionsActions(functions, recorder) : {}),
        ...faultsActions(faults, functions),
      },
      due: () => [durable, ...topics.values(), ...(functions ? [functions] : [])].flatMap((part) => [...part.due()]),
      connections: () => ({
        "Cosmos DB": cosmos.connectionString,
        ...byTopic("Event Grid topic key", ({ key }) => key),
        "Web PubSub": webPubSub.connectionString,
        SMS: sms.connectionString,
        "Durable Functions key": durable.systemKey,
      }),
      addresses: () => ({
        ...(functions ? { Functions: functions.origin } : {}),
        "Cosmos DB": cosmos.endpoint,
        "Cosmos DB by https": cosmos.httpsEndpoint,
        ...byTopic("Event Grid topic", ({ endpoint }) => endpoint),
        "Web PubSub": webPubSub.endpoint,
        "SMS inbox": sms.inboxUrl,
      }),
      meters: () => ({
        ...(functions ? { Functions: functions.meters.executions } : {}),
        "Cosmos DB": cosmos.meters,
        ...byTopic("Event Grid", ({ meters }) => meters),
        "Web PubSub": webPubSub.meters,
        "dead letters": [...topics.values()].reduce((count, topic) => count + topic.deadLetters().length, 0),
      }),
    }),
  );
  return {
    endpoints,
    clock,
    cosmos,
    eventGrid,
    topics,
    webPubSub,
    sms,
    durable,
    recorder,
    faults,
    functions,
    controlUrl: control.url,
    advance,
    settle,
    during: (promise) => work.track("others", promise),
    get speed() {
      return pace.speed;
    },
    setSpeed: (times) => pace.set(times),
    stop,
  };
}

/**
 * The account under the name of every setting that leads to it; which name a trigger gives as its connection is the application's choice. A
 * connection by identity is `NAME__accountEndpoint`.
 */
function feedsOf(settings: Record<string, string>, cosmos: Cosmos): Record<string, ChangeFeedSource> {
  const leading = Object.entries(settings).flatMap(([name, value]) => {
    const [, byIdentity] = /^(.+)__accountEndpoint$/.exec(name) ?? [];
    if (byIdentity !== undefined && leadsTo(value, cosmos.httpsEndpoint)) return [byIdentity];
    return value === cosmos.connectionString ? [name] : [];
  });
  return Object.fromEntries(leading.map((name) => [name, cosmos.feed]));
}

/** Whether the text of a setting has the address, with or without the slash at its end. */
const leadsTo = (value: string, address: string): boolean => value.includes(address.replace(/\/$/, ""));

function wrapped(durable: LocalDurableEngine, wrap: LocalAzureOptions["wrapFunctions"]): DurableEngine {
  return wrap === undefined ? durable : { ...durable, attach: (functions) => durable.attach(wrap(functions)) };
}

/** The address of a function to which events go. @throws Error when there is no such function */
function functionUrl(
  host: Pick<FunctionsHost, "functions" | "webhookUrl">,
  subscription: string,
  name: string,
): string {
  if (host.functions.some((candidate) => candidate.name === name)) return host.webhookUrl("eventgrid", name);
  throw new Error(
    `The Event Grid subscription ${subscription} goes to the function ${name}, which the application does not have. Its functions: ${host.functions.map((f) => f.name).join(", ")}.`,
  );
}

/** A hub's settings with the addresses of its event handlers; that of the functions is left out while there are none. */
function settingsOf(
  { hub: _, eventHandlers = [], ...settings }: HubDeclaration,
  host: Pick<FunctionsHost, "webhookUrl"> | undefined,
): HubSettings {
  return {
    ...settings,
    eventHandlers: eventHandlers.flatMap(({ functions, urlTemplate, ...handler }): EventHandler[] => {
      if (!functions) return [{ ...handler, urlTemplate: urlTemplate ?? "" }];
      return host === undefined
        ? []
        : [{ ...handler, urlTemplate: () => host.webhookUrl("webpubsub"), recorded: true }];
    }),
  };
}
