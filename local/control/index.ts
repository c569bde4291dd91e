import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServiceClock } from "../kernel/clock.ts";
import type { Due } from "../kernel/due.ts";
import { milliseconds } from "../kernel/duration.ts";
import { listen, sendJson, urlOf } from "../kernel/http-server.ts";
import type { Pace } from "../kernel/pace.ts";
import type { Work } from "../kernel/work.ts";
import type { Recorder } from "../recorder/recorder.ts";
import type { Store } from "../store/store.ts";
import { type Actions, act, bodyLimit, numberOf } from "./actions.ts";
import { readConsole, sendConsole } from "./console-files.ts";
import { pageHeaders, statusPage } from "./page.ts";
import { recordingActions } from "./recording.ts";

/** The maximum length of a request's address, in bytes; browsers send no longer ones. Applications may have ids of any length. */
const longestAddress = 2 * 1024 * 1024;

/** Lines of name and text, by heading. */
export type Notes = Record<string, Record<string, string>>;

export interface ControlOptions {
  port?: number;
  /** Host names that requests may use, in addition to those of this machine. */
  names?: readonly string[];
  clock: ServiceClock;
  /** The speed of the clock. */
  pace: Pace;
  work: Work;
  store: Store;
  recorder: Recorder;
  /** Moves time forward until done, or until `signal` aborts it. */
  advance(duration: number | string, signal: AbortSignal): Promise<void>;
  /** Called when the clock was moved, held or released. */
  moved?(): void;
  /** Addresses to show, by name. */
  addresses(): Record<string, string>;
  /** Connection strings and keys, by part. */
  connections?(): Record<string, string>;
  /** The application's notes for visitors of the page: who can sign in, where its pages are. A function is called each time. */
  notes?: Notes | (() => Notes);
  /** Metrics to show, by part. */
  meters(): Record<string, unknown>;
  /** What waits for the clock, in no particular order. */
  due?(): Due[];
  /** The actions of other services, each in its own file here. */
  more?: Actions;
}

export interface Control {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @throws RangeError */
function speedOf(url: URL): number {
  const times = url.searchParams.get("times") ?? "";
  if (!/^\d+(\.\d+)?$/.test(times)) throw new RangeError(`"${times}" is not a speed. Write it like times=10.`);
  return Number(times);
}

/**
 * The control page and API of the local Azure, on a port of its own so that it can never be taken for one of the services. Loopback only.
 *
 * | request | does |
 * | --- | --- |
 * | GET / | the console; the same as GET /plain if it is not built |
 * | GET /plain | a small page without the console: addresses, keys, the clock |
 * | GET /status | clock, health, work in progress, addresses, metrics |
 * | GET /health | 200 if changes can be written; 503 with the reason if not |
 * | GET /connections | connection strings and keys |
 * | GET /notes | the application's notes for visitors of the page |
 * | GET /clock/due | what waits for the clock, soonest first |
 * | POST /clock/advance?by=15min | moves time forward; responds when everything has settled |
 * | POST /clock/stop | stops all advances at the current time |
 * | POST /clock/hold, /clock/release | stops time; lets it run at the machine's speed |
 * | POST /clock/speed?times=10 | lets it run at that multiple of the machine's speed |
 * | POST /settle | responds when nothing is in progress |
 * | GET /recording/… | what the services did recently; see `recording.ts` |
 *
 * When the clock is moved, held, released or given another speed, Web PubSub connections are closed. Their clients reconnect, and so learn the new time.
 */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { clock, pace, work, store } = options;
  const health = () => {
    const problem = store.problem();
    return problem === undefined ? { status: "healthy" } : { status: "unhealthy", problem };
  };
  /** The advances in progress. */
  const moving = new Set<AbortController>();
  const status = () => ({
    now: new Date(clock.now()).toISOString(),
    aheadOfMachineMs: Math.round(clock.offset),
    held: pace.speed === 0,
    speed: pace.speed,
    // By any client.
    moving: moving.size > 0,
    run: options.recorder.run,
    health: health(),
    underWay: work.pending,
    records: Object.fromEntries(store.tables().map((name) => [name, store.table(name).size])),
    addresses: options.addresses(),
    meters: options.meters(),
  });
  const connections = () => options.connections?.() ?? {};
  const notes = () => (typeof options.notes === "function" ? options.notes() : (options.notes ?? {}));
  const consoleFiles = readConsole();
  const moved = () => {
    options.moved?.();
    return status();
  };
  const setSpeed = async (times: number) => {
    await pace.set(times);
    return moved();
  };
  const actions: Actions = {
    "GET /status": status,
    "GET /connections": connections,
    "GET /notes": notes,
    "GET /clock/due": ({ url }) => {
      const due = (options.due?.() ?? []).sort((a, b) => a.at - b.at);
      return { count: due.length, due: due.slice(0, numberOf(url, "limit", 50, 1000)) };
    },
    "POST /clock/advance": async ({ url }) => {
      const stop = new AbortController();
      moving.add(stop);
      try {
        await options.advance(milliseconds(url.searchParams.get("by") ?? ""), stop.signal);
      } finally {
        moving.delete(stop);
      }
      return moved();
    },
    "POST /clock/stop": () => {
      for (const stop of moving) stop.abort();
      return status();
    },
    "POST /clock/hold": () => setSpeed(0),
    "POST /clock/release": () => setSpeed(1),
    "POST /clock/speed": ({ url }) => setSpeed(speedOf(url)),
    "POST /settle": async () => {
      await work.idle();
      return status();
    },
    ...recordingActions(options.recorder),
    ...options.more,
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = urlOf(request);
    if (sendConsole(consoleFiles, url.pathname, request, response)) return;
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    // For HEAD, Node omits the body.
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (method === "GET" && (url.pathname === "/" || url.pathname === "/plain")) {
      const page = statusPage(status(), connections(), notes());
      response.writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "content-length": Buffer.byteLength(page),
      });
      response.end(page);
      return;
    }
    if (method === "GET" && url.pathname === "/health") {
      const { status, ...more } = health();
      return sendJson(response, status === "healthy" ? 200 : 503, { status, ...more });
    }
    if (await act(actions, url, request, response)) return;
    sendJson(response, 404, {
      code: "NotFound",
      message: `There is no ${method} ${url.pathname.slice(0, 200)}. Try one of: GET /health, ${Object.keys(actions).join(", ")}.`,
    });
  };
  const server = await listen({
    part: "the control page",
    port: options.port ?? 0,
    names: options.names ?? [],
    bodyLimit,
    maxHeaderSize: longestAddress,
    handle,
  });
  const origin = `http://127.0.0.1:${server.port}`;
  return { url: `${origin}/`, port: server.port, close: () => server.close() };
}
