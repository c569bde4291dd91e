import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readApplication } from "../application.ts";
import type { RuntimeStatus } from "../durable/index.ts";
import type { Endpoints } from "../index.ts";
import { milliseconds } from "../kernel/duration.ts";
import type { SmsMessage } from "../sms/index.ts";
import { DurableApi, type HistoryEntry, type Instance } from "./durable-api.ts";
import { StackChild } from "./stack-child.ts";

export interface TestStackOptions {
  /** Folder of the Functions application, relative to the working directory. */
  app: string;
  /** Settings on top of the application's own; see `readApplication`. */
  settings?: Record<string, string>;
  /** What the clock is held at: ISO 8601, a Date, or milliseconds since the epoch. Default: now. */
  at?: string | number | Date;
  /** Folder that keeps everything, and that `close` leaves there. Default: a temporary one. */
  data?: string;
  /** What hangs on Azure hangs here too, instead of failing with an explanation. */
  hangLikeAzure?: boolean;
  /** Writes the log to standard error. */
  verbose?: boolean;
}

/** A duration such as `"15 min"`, or milliseconds. */
export type Duration = number | string;

/** An application on a local Azure in a process of its own, with a clock that only moves when it is told to. */
export interface TestStack {
  /** Where the functions are, such as `http://127.0.0.1:50123`. After a restart it is another one. */
  readonly origin: string;
  readonly now: Date;
  readonly endpoints: Endpoints;
  readonly controlUrl: string;
  readonly functions: readonly { name: string; trigger: string }[];
  /** A request to the functions host, such as `fetch("/api/talks")`, with the master key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Starts an orchestration and gives its id. */
  startInstance(orchestrator: string, input?: unknown, options?: { id?: string }): Promise<string>;
  raiseEvent(id: string, event: string, data?: unknown): Promise<void>;
  terminate(id: string, reason?: string): Promise<void>;
  suspend(id: string, reason?: string): Promise<void>;
  resume(id: string, reason?: string): Promise<void>;
  instance(id: string): Promise<Instance | undefined>;
  history(id: string): Promise<HistoryEntry[]>;
  /** The state of an entity, or `undefined` when it has none. */
  entity(name: string, key: string): Promise<unknown>;
  /** Moves time forward; what falls due on the way happens in order, each with all its consequences before the next. */
  advance(duration: Duration): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>;
  /**
   * Waits until the instance has this status, or is as the function says. Time stands still unless `within` allows to move it, timer by timer.
   * @throws Error that tells where the instance stands, as soon as it cannot get there any more.
   */
  waitFor(
    id: string,
    wanted: RuntimeStatus | ((instance: Instance) => boolean),
    options?: { within?: Duration },
  ): Promise<Instance>;
  /** What `waitFor` says when it fails. */
  explain(id: string): Promise<string>;
  /**
   * Lets runs of an activity fail without calling it: after `after` more runs (default 0), `times` of them (default 1). A restart forgets it.
   * @throws Error when there is no such activity
   */
  failActivity(name: string, failure: { message: string; times?: number; after?: number }): Promise<void>;
  /**
   * The way of one thing through all services as text, a line each, for a test that failed: of an instance (`instance:ID`), an event, an item, a
   * trace; see the keys that `GET /recording/spans` of the control API tells.
   */
  waterfall(of: string): Promise<string>;
  /**
   * What the log has as an error since the start, oldest first, with stacks: functions that threw, runs that are tried again among them, orchestrations that failed, events that were given up, what the
   * application itself logged by `context.error`. None when all went well. At most a thousand; a restart begins anew.
   */
  errors(): Promise<string[]>;
  /**
   * A request to the control API, such as `control("/eventgrid/orders/events")`, or with something to send `control("/faults", { service: "cosmos", harm: "refuse" })`, which is a POST.
   * @returns its answer: what its JSON says, or its text where it is none. @throws Error with the words of its refusal
   */
  control(path: string, body?: unknown, method?: string): Promise<unknown>;
  /** What was sent to a phone number, newest first. */
  messages(phone: string): Promise<SmsMessage[]>;
  /** Writes an SMS to a sender as the owner of a phone. Rejects when nobody can. */
  reply(phone: string, sender: string, message: string): Promise<void>;
  /** Ends the process by SIGKILL. What had been acknowledged is in the data folder. */
  kill(): Promise<void>;
  /** Starts again from the data folder, `after` having passed meanwhile (default: no time); kills what is running. */
  restart(options?: { after?: Duration }): Promise<void>;
  /** Stops it, and removes the data folder if it was a temporary one. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an application for a test, on free ports and with a held clock.
 * @throws Error when the folder is no application, the application does not load, or a time is none.
 */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  // Said here as well as there: no process is started for a folder that is wrong.
  readApplication(options.app);
  const heldAt = timeOf(options.at);
  const temporary = options.data === undefined;
  const data = options.data === undefined ? mkdtempSync(join(tmpdir(), "local-azure-")) : resolve(options.data);
  mkdirSync(data, { recursive: true });
  const start = (at: number) =>
    StackChild.start({
      app: resolve(options.app),
      data,
      heldAt: at,
      settings: options.settings ?? {},
      ...(options.hangLikeAzure === undefined ? {} : { hangLikeAzure: options.hangLikeAzure }),
      verbose: options.verbose ?? false,
    });
  const remove = () => {
    if (temporary) rmSync(data, { recursive: true, force: true });
  };
  try {
    return stackOf(await start(heldAt), start, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

function timeOf(at: TestStackOptions["at"]): number {
  const time = at === undefined ? Date.now() : new Date(at).getTime();
  if (Number.isNaN(time)) throw new RangeError(`"${at}" is not a time. Write it like 2026-06-15T09:00:00Z.`);
  return time;
}

const over: readonly RuntimeStatus[] = ["Completed", "Failed", "Terminated", "Canceled"];

function stackOf(first: StackChild, start: (at: number) => Promise<StackChild>, remove: () => void): TestStack {
  let child = first;
  let api = new DurableApi(child.ready);
  const settle = async () => void (await child.call({ kind: "settle" }));
  const explain = async (id: string) => (await child.call({ kind: "explain", id })) ?? "";

  async function waitFor(
    id: string,
    wanted: RuntimeStatus | ((instance: Instance) => boolean),
    { within = 0 }: { within?: Duration } = {},
  ): Promise<Instance> {
    const until = child.now + milliseconds(within);
    for (;;) {
      await settle();
      const instance = await api.instance(id);
      if (instance && (typeof wanted === "string" ? instance.status === wanted : wanted(instance))) return instance;
      if (child.now >= until || (instance && over.includes(instance.status))) {
        const what = typeof wanted === "string" ? `was not ${wanted}` : "was not as the function wants it";
        const time = milliseconds(within) === 0 ? "" : ` within ${within}${typeof within === "number" ? " ms" : ""}`;
        throw new Error(`The instance ${what}${time}.\n${await explain(id)}`);
      }
      await child.call({ kind: "step", until });
    }
  }

  async function close(): Promise<void> {
    await child.close();
    remove();
  }

  return {
    get origin() {
      return child.ready.origin;
    },
    get now() {
      return new Date(child.now);
    },
    get endpoints() {
      return child.ready.endpoints;
    },
    get controlUrl() {
      return child.ready.controlUrl;
    },
    get functions() {
      return child.ready.functions;
    },
    fetch: (path, init = {}) => {
      if (!path.startsWith("/")) throw new TypeError(`"${path}" is not a path. Write it like /api/talks.`);
      const headers = new Headers(init.headers);
      if (!headers.has("x-functions-key")) headers.set("x-functions-key", child.ready.masterKey);
      return fetch(`${child.ready.origin}${path}`, { ...init, headers });
    },
    startInstance: (orchestrator, input, { id } = {}) => api.start(orchestrator, input, id),
    raiseEvent: (id, event, data) => api.raise(id, event, data),
    terminate: (id, reason = "") => api.control(id, "terminate", reason),
    suspend: (id, reason = "") => api.control(id, "suspend", reason),
    resume: (id, reason = "") => api.control(id, "resume", reason),
    instance: (id) => api.instance(id),
    history: (id) => api.history(id),
    entity: (name, key) => api.entity(name, key),
    advance: async (duration) => void (await child.call({ kind: "advance", by: milliseconds(duration) })),
    settle,
    waitFor,
    explain,
    failActivity: async (activity, { message, times = 1, after = 0 }) => {
      if (!(Number.isInteger(times) && times >= 1)) throw new RangeError(`times is ${times}; it must be 1 or more.`);
      if (!(Number.isInteger(after) && after >= 0)) throw new RangeError(`after is ${after}; it must be 0 or more.`);
      await child.call({ kind: "fail", failure: { activity, message, times, after } });
    },
    waterfall: async (of) =>
      (await fetch(`${child.ready.controlUrl}recording/ways?as=text&of=${encodeURIComponent(of)}`)).text(),
    errors: async () => JSON.parse((await child.call({ kind: "errors" })) ?? "[]") as string[],
    control: async (path, body, method = body === undefined ? "GET" : "POST") => {
      if (!path.startsWith("/")) throw new TypeError(`"${path}" is not a path. Write it like /durable/instances.`);
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const response = await fetch(new URL(path.slice(1), child.ready.controlUrl), init);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} was refused with ${response.status}: ${text}`);
      if (text === "") return undefined;
      return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
    },
    messages: async (phone) => {
      const response = await fetch(`${child.ready.inboxUrl}api/messages?to=${encodeURIComponent(phone)}`);
      return (await response.json()) as SmsMessage[];
    },
    reply: async (from, to, message) => {
      const body = JSON.stringify({ from, to, message });
      const response = await fetch(`${child.ready.inboxUrl}api/replies`, { method: "POST", body });
      if (!response.ok) throw new Error(((await response.json()) as { error: { message: string } }).error.message);
    },
    kill: () => child.kill(),
    restart: async ({ after = 0 } = {}) => {
      const at = child.now + milliseconds(after);
      await child.kill();
      child = await start(at);
      api = new DurableApi(child.ready);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
