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
  /** Settings that are added to the application's own, or replace them; see `readApplication`. */
  settings?: Record<string, string>;
  /** The time at which the clock is held: ISO 8601, a Date, or milliseconds since the epoch. Default: now. */
  at?: string | number | Date;
  /** Folder that keeps all data. `close` does not remove it. Default: a temporary folder. */
  data?: string;
  /** Orchestrators that hang on Azure hang here too, instead of failing with an explanation. */
  hangLikeAzure?: boolean;
  /** Writes the log to standard error. */
  verbose?: boolean;
}

/** A duration such as `"15 min"`, or milliseconds. */
export type Duration = number | string;

/** An application on a local Azure in a process of its own. Its clock moves only when the test moves it. */
export interface TestStack {
  /** The origin of the functions host, such as `http://127.0.0.1:50123`. It changes with a restart. */
  readonly origin: string;
  readonly now: Date;
  readonly endpoints: Endpoints;
  readonly controlUrl: string;
  readonly functions: readonly { name: string; trigger: string }[];
  /** Sends a request to the functions host, such as `fetch("/api/talks")`, with the master key unless the headers have another key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Starts an orchestration. @returns its instance id */
  startInstance(orchestrator: string, input?: unknown, options?: { id?: string }): Promise<string>;
  raiseEvent(id: string, event: string, data?: unknown): Promise<void>;
  terminate(id: string, reason?: string): Promise<void>;
  suspend(id: string, reason?: string): Promise<void>;
  resume(id: string, reason?: string): Promise<void>;
  instance(id: string): Promise<Instance | undefined>;
  history(id: string): Promise<HistoryEntry[]>;
  /** The state of an entity, or `undefined` if it has none. */
  entity(name: string, key: string): Promise<unknown>;
  /** Moves time forward. Everything that falls due happens in order, each with all its consequences before the next. */
  advance(duration: Duration): Promise<void>;
  /** Resolves when nothing is in progress any more. Time stands still. */
  settle(): Promise<void>;
  /**
   * Waits until the instance has this status, or satisfies the function. Time stands still unless `within` is given; then it moves timer by timer, at most that far.
   * @throws Error with the text of `explain`, as soon as this cannot come true any more
   */
  waitFor(
    id: string,
    wanted: RuntimeStatus | ((instance: Instance) => boolean),
    options?: { within?: Duration },
  ): Promise<Instance>;
  /** Describes where an instance stands, as `waitFor` does if it fails: status, what it waits for, its last events, the log's last warnings. */
  explain(id: string): Promise<string>;
  /**
   * Makes runs of an activity fail without calling it: after `after` more runs (default: 0), the next `times` runs (default: 1). A restart ends this.
   * @throws Error if there is no such activity
   */
  failActivity(name: string, failure: { message: string; times?: number; after?: number }): Promise<void>;
  /**
   * The way of one thing through all services as lines of text, to explain a failed test: of an instance (`instance:ID`), an event, an item or a
   * trace. `GET /recording/spans` of the control API lists the keys.
   */
  waterfall(of: string): Promise<string>;
  /**
   * All errors in the log since the start, oldest first, with stacks: functions that threw (also if they are retried), orchestrations that failed, events that were given up, and what the
   * application itself logged with `context.error`. Empty if all went well. At most a thousand. A restart clears the list.
   */
  errors(): Promise<string[]>;
  /**
   * Calls the control API, such as `control("/eventgrid/orders/events")`. With a body it sends a POST: `control("/faults", { service: "cosmos", harm: "refuse" })`.
   * @returns the answer, parsed if it is JSON, otherwise as text. @throws Error with the message of a refusal
   */
  control(path: string, body?: unknown, method?: string): Promise<unknown>;
  /** The SMS that were sent to a phone number, newest first. */
  messages(phone: string): Promise<SmsMessage[]>;
  /** Sends an SMS to a sender as the owner of a phone. @throws Error if the sender cannot receive replies */
  reply(phone: string, sender: string, message: string): Promise<void>;
  /** Ends the process with SIGKILL. Everything that was acknowledged is in the data folder. */
  kill(): Promise<void>;
  /** Kills the process if it runs, and starts again from the data folder when `after` has passed on the clock (default: no time). */
  restart(options?: { after?: Duration }): Promise<void>;
  /** Stops the stack, and removes its data folder if it is a temporary one. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an application for a test, on free ports and with a held clock.
 * @throws Error if the folder is not an application, the application does not load, or `at` is not a time
 */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  // Checked here too, so that no process is started for a wrong folder.
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
