import type { Notes } from "./control/index.ts";
import type { Cosmos } from "./cosmos/index.ts";
import type { createDurableEngine, DurableFunctions, DurableOptions } from "./durable/index.ts";
import type { EventGrid } from "./eventgrid/index.ts";
import type { FaultRules } from "./faults/rules.ts";
import type { FunctionsHost } from "./functions/index.ts";
import type { WatchOptions } from "./functions/reload-on-change.ts";
import type { ServiceClock } from "./kernel/clock.ts";
import type { Ids } from "./kernel/ids.ts";
import type { Log } from "./kernel/log.ts";
import type { Connections } from "./kernel/near/protocol.ts";
import type { Recorder, RecorderLimits } from "./recorder/recorder.ts";
import type { HubDeclaration, Resources } from "./resources.ts";
import type { Sms } from "./sms/index.ts";
import type { WebPubSub } from "./webpubsub/index.ts";

/** The file in the data folder with the certificate of Cosmos DB's https endpoint, for clients to trust. */
export const certificateFile = "cosmos.pem";

/** The port of each part. 0, or no value, takes any free port. */
export interface Ports {
  functions?: number;
  webPubSub?: number;
  sms?: number;
  control?: number;
  cosmos?: number;
  /** The port of the first topic. Each further topic takes the next port. */
  eventGrid?: number;
  /** The port that the application's durable client calls, on the loopback address only. */
  durable?: number;
}

/** The addresses and keys of the services. An application's settings are made from them. */
export interface Endpoints {
  cosmos: { connectionString: string; endpoint: string; httpsEndpoint: string; key: string };
  /** The first topic. */
  eventGrid: { endpoint: string; key: string };
  /** All topics, by name. */
  topics?: Readonly<Record<string, { endpoint: string; key: string }>>;
  webPubSub: { connectionString: string };
  sms: { connectionString: string };
}

export interface LocalAzureOptions {
  /** Folder that keeps all data between runs. Without it, nothing is kept. */
  data?: string;
  /** The address on which Functions and Web PubSub listen, which browsers use. Default: 127.0.0.1. */
  host?: string;
  /** The address on which the SMS inbox listens. Anyone who can read the inbox can sign in as anyone. Default: 127.0.0.1. */
  inboxHost?: string;
  /** The name or address at which browsers reach `host`. Default: 127.0.0.1. */
  publicHost?: string;
  /** Further host names that all servers accept in requests, besides `publicHost`, `localhost` and loopback addresses. */
  names?: string[];
  ports?: Ports;
  /**
   * Holds the clock from the start at this time, in ms since the epoch. Without it, the clock runs with the machine's. A time earlier than the one
   * that `data` has reached is refused.
   */
  heldAt?: number;
  /**
   * How the application's thread and the services of this process call each other: over sockets or, by default, by handing over whole requests and answers, which gives the
   * same result and costs less. All other clients use sockets.
   */
  connections?: Connections;
  /**
   * The application's threads and the services of this process take turns and never work at the same time. A wait that does not use the clock (as before a retry of an SDK) ends when nothing
   * else is left to do. So the same `ids`, clock and requests repeat a run event for event, however busy the machine is. Needs the clock to be held.
   */
  byTurns?: boolean;
  log?: Log;
  /** The source of the services' ids and random values, for a repeatable run. By default they cannot be guessed. */
  ids?: Ids;
  /** How much of what the services do is recorded, for the console and for tests. `spans: 0` records nothing. */
  recording?: RecorderLimits;
  resources: Resources;
  /** The Functions application. */
  application?: {
    /** Folder with its package.json and host.json. */
    root: string;
    /** The file or glob of files that registers the functions, instead of `main` of package.json. */
    main?: string;
    settings(endpoints: Endpoints): Record<string, string>;
    /** Origins that browsers may call from. */
    cors?: string[];
    /**
     * How long a running function that only waits holds up the clock, in ms of the machine's time (default: 1000). After that the clock goes on without it. Set more
     * for a repeatable run on a busy machine, or with SDKs that retry.
     */
    patience?: number;
    /** Reloads the application when a file of its code changes. */
    watch?: WatchOptions;
  };
  /** Settings of the durable engine. They take precedence over the application's host.json. */
  durable?: DurableOptions;
  /**
   * Called with the application's durable functions each time the application is loaded. The engine runs what it returns. A test can use it to
   * make an activity fail, or to see what an orchestrator waits for.
   */
  wrapFunctions?(functions: DurableFunctions): DurableFunctions;
  /** What the control page says about the application, by heading. A function is called each time. */
  notes?: Notes | (() => Notes);
  /** Called when every service is up, before the application starts. Use it to seed data. */
  prepare?(endpoints: Endpoints): Promise<void>;
}

export interface LocalAzure {
  readonly endpoints: Endpoints;
  readonly clock: ServiceClock;
  readonly cosmos: Cosmos;
  /** The first topic. */
  readonly eventGrid: EventGrid;
  /** All topics, by name. */
  readonly topics: ReadonlyMap<string, EventGrid>;
  readonly webPubSub: WebPubSub;
  readonly sms: Sms;
  readonly durable: ReturnType<typeof createDurableEngine>;
  /** What the services did recently, and what caused it. */
  readonly recorder: Recorder;
  /** The faults that are switched on, of all services. */
  readonly faults: FaultRules;
  /** Undefined if no application was given. */
  readonly functions: FunctionsHost | undefined;
  /** Replaces the event handlers and listeners of the Web PubSub hubs. @throws Error if a declaration is invalid; then nothing changes */
  configureHubs(hubs: readonly HubDeclaration[]): Promise<void>;
  /** The address of the control page and the control API. */
  readonly controlUrl: string;
  /** Moves time forward by a duration such as `"15 min"`, or by milliseconds. Runs what falls due in order, and lets everything settle in between. */
  advance(duration: number | string): Promise<void>;
  /** Resolves when nothing is in progress in any part. */
  settle(): Promise<void>;
  /** Counts other work as in progress until it settles. While time is moved or accelerated, the clock waits for it. */
  during<T>(work: Promise<T>): Promise<T>;
  /** How fast time passes, as a multiple of the machine's. 0 while the clock is held. */
  readonly speed: number;
  /** Sets how fast time passes, as a multiple of the machine's: 1 is the same speed, 0 holds the clock. @throws RangeError if the speed is out of range */
  setSpeed(times: number): Promise<void>;
  stop(): Promise<void>;
}
