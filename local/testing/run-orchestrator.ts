import { createDurableEngine, type RuntimeStatus } from "../durable/index.ts";
import { ServiceClock } from "../kernel/clock.ts";
import { milliseconds } from "../kernel/duration.ts";
import { secureIds } from "../kernel/ids.ts";
import { silentLog } from "../kernel/log.ts";
import { Work } from "../kernel/work.ts";
import { Recorder } from "../recorder/recorder.ts";
import { openMemoryStore } from "../store/memory-store.ts";
import { loadSdk } from "./sdk.ts";
import { type Handler, mainInstance, type OrchestratorCall, StubbedFunctions, type Stubs } from "./stubs.ts";

export type { OrchestratorCall } from "./stubs.ts";

export interface RunOptions extends Stubs {
  input?: unknown;
  /** External events, each raised once `after` has passed (a duration since the start; default: none). */
  events?: { name: string; data?: unknown; after?: number | string }[];
  /** When it starts: ISO 8601, a Date, or milliseconds since the epoch. Default: 2026-01-01T00:00:00Z, so that runs are alike. */
  at?: string | number | Date;
  /** How long an orchestration that never ends may run, by the clock. Default: 30 d. */
  within?: number | string;
  /** Folder of the project whose `durable-functions` the handler uses. Default: the working directory. */
  app?: string;
}

export interface OrchestratorResult {
  /** Running if it did not end `within` the time, or waits for something that will not happen. */
  status: RuntimeStatus;
  output: unknown;
  customStatus: unknown;
  calls: OrchestratorCall[];
  /** How long it ran by the clock, in milliseconds. */
  elapsed: number;
}

const name = "orchestrator";

/**
 * Runs the handler of one orchestrator to its end, in this process, on the real engine and with the real replay of the SDK; stubs replace what it
 * calls. Time advances by itself from timer to timer, at once. What hangs or drifts on Azure fails here, too.
 * @throws Error if something that the handler calls has no stub, if an event's time is invalid, or if the handler is no generator function.
 */
export async function runOrchestrator(handler: Handler, options: RunOptions = {}): Promise<OrchestratorResult> {
  const functions = new StubbedFunctions(loadSdk(options.app ?? process.cwd()), name, handler, {
    activities: options.activities ?? {},
    subOrchestrations: options.subOrchestrations ?? {},
    entities: options.entities ?? {},
  });
  const start = new Date(options.at ?? "2026-01-01T00:00:00Z").getTime();
  if (Number.isNaN(start)) throw new RangeError(`"${options.at}" is not a time. Write it like 2026-06-15T09:00:00Z.`);
  const events = (options.events ?? []).map((event) => ({ ...event, due: start + milliseconds(event.after ?? 0) }));
  const until = start + milliseconds(options.within ?? "30 d");

  const clock = new ServiceClock({ heldAt: start });
  const work = new Work();
  const recorder = new Recorder(clock, { spans: 0 });
  const engine = createDurableEngine({
    clock,
    work,
    recorder,
    store: openMemoryStore(),
    ids: secureIds,
    log: silentLog,
  });
  const rpc = await engine.openRpc();
  try {
    await engine.attach(functions);
    await post(`${rpc.url}orchestrators/${name}/${mainInstance}`, options.input);
    await work.idle();
    const isOver = () => !["Pending", "Running"].includes(engine.instance(mainInstance)?.status ?? "Running");
    // In sequence: events of one instant arrive in the order in which the test lists them.
    let raised: Promise<void> = Promise.resolve();
    const raise = async (event: string, data: unknown) => {
      if (!isOver())
        await post(`${rpc.url}instances/${mainInstance}/raiseEvent/${encodeURIComponent(event)}`, data, gone);
    };
    for (const { name: event, data, due } of events) {
      clock.at(due, () => {
        raised = work.track(
          "event",
          raised.then(() => raise(event, data)),
        );
        // The error is thrown below.
        raised.catch(() => undefined);
      });
    }
    while (!isOver() && functions.missing.size === 0) {
      const next = clock.nextDue;
      if (next === undefined || next > until) break;
      await clock.advance(Math.max(0, next - clock.now()), () => work.idle());
    }
    await raised;
    if (functions.missing.size > 0) {
      throw new Error(`The orchestrator calls something that has no stub. Add ${[...functions.missing].join(", ")}.`);
    }
    const ended = engine.instance(mainInstance);
    if (ended === undefined) throw new Error("The orchestration was not started.");
    return {
      status: ended.status,
      output: value(ended.output),
      customStatus: value(ended.customStatus),
      calls: functions.calls,
      elapsed: (isOver() ? ended.updated : clock.now()) - start,
    };
  } finally {
    await rpc.close();
    clock.close();
    await engine.close();
  }
}

/** The status if the orchestration ended just before an event arrived, as may happen outside tests, too. */
const gone = 410;

/** @throws Error if the response is a refusal with a status other than `accepted`. */
async function post(url: string, body: unknown, accepted?: number): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body ?? null) });
  if (!response.ok && response.status !== accepted)
    throw new Error(`${url} was answered ${response.status}: ${await response.text()}`);
}

/** The value of a JSON text; the text of a failure is returned unchanged. */
function value(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
