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
  /**
   * How the application's thread and the services of this process ask each other: by sockets, or (the default) by handing requests and answers over whole, which comes to
   * the same and costs less. Everyone else comes by sockets.
   */
  connections?: Connections;
  /**
   * The application's threads and the services of this process work by turns, never at the same time, and what is waited for without the clock (as SDKs do before they try again) is over when nobody
   * has anything else to do. So the same `ids`, the same clock and the same requests are the same run again, event for event, however busy the machine is. With the clock held.
   */
  byTurns?: boolean;
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
  /** Says anew where the events of Web PubSub's hubs go. @throws Error when that is wrong: then all is as it was */
  configureHubs(hubs: readonly HubDeclaration[]): Promise<void>;
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
