import type { DurableClient } from "durable-functions";
import { onTestFinished } from "vitest";
import { createDurableEngine, type DurableOptions, type LocalDurableEngine } from "../../../local/durable/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { listen } from "../../../local/kernel/http-server.ts";
import { type Ids, secureIds } from "../../../local/kernel/ids.ts";
import { createLog, type LogEntry } from "../../../local/kernel/log.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import type { Store } from "../../../local/store/store.ts";
import { df, InvocationContext, loadedFunctions, type Runs } from "./application.ts";

export const start = Date.UTC(2026, 10, 24, 8, 0, 0);

export interface Stack {
  readonly engine: LocalDurableEngine;
  readonly clock: ServiceClock;
  readonly work: Work;
  readonly store: Store;
  readonly client: DurableClient;
  readonly origin: string;
  /** Where the SDK's client calls. */
  readonly rpcUrl: string;
  readonly log: LogEntry[];
  readonly counts: Map<string, number>;
  /** Lets everything that can happen now happen. */
  settle(): Promise<void>;
  /** Moves time on, with everything that falls due on the way. */
  advance(milliseconds: number): Promise<void>;
  /** Settles and gives the result of an instance; its failure text when it failed. */
  outcome(id: string): unknown;
  stop(): Promise<void>;
  /** Gives the engine the functions that are registered by now; done at the start unless `attach` was false. */
  attach(): Promise<void>;
}

/** An engine over `store` behind an HTTP server, with the SDK's own client; ends with the test. */
export async function startStack(
  given: {
    store?: Store;
    at?: number;
    options?: DurableOptions;
    runs?: Runs;
    attach?: boolean;
    killed?: boolean;
    ids?: Ids;
  } = {},
): Promise<Stack> {
  const clock = new ServiceClock({ heldAt: given.at ?? start });
  const work = new Work();
  const store = given.store ?? openMemoryStore();
  const entries: LogEntry[] = [];
  const log = createLog((entry) => entries.push(entry), "debug");
  const recorder = new Recorder(clock);
  const engine = createDurableEngine({ clock, work, recorder, store, ids: given.ids ?? secureIds, log }, given.options);
  const server = await listen({
    part: "test",
    handle: async (request, response) => {
      if (!(await engine.handle(request, response))) response.writeHead(404).end();
    },
    failed: (error) => entries.push({ level: "error", part: "test", message: String(error), fields: {} }),
  });
  const origin = `http://127.0.0.1:${server.port}`;
  const rpc = await engine.openRpc();
  const runs = given.runs ?? { counts: new Map() };
  const attach = () => engine.attach(loadedFunctions(runs));
  if (given.attach !== false) await attach();
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      await Promise.all([server.close(), rpc.close()]);
      clock.close();
      // An engine whose store has "crashed" waits for its commits for ever.
      if (!given.killed) await engine.close();
    })();
    return stopped;
  };
  onTestFinished(stop);
  return {
    ...{ engine, clock, work, store, origin, rpcUrl: rpc.url, log: entries, counts: runs.counts, stop, attach },
    client: clientOf(engine.clientBinding(origin)),
    settle: () => work.idle(),
    advance: (milliseconds) => clock.advance(milliseconds, () => work.idle()),
    outcome(id) {
      const found = engine.instance(id);
      if (found?.status === "Completed") return JSON.parse(found.output ?? "null") as unknown;
      return found === undefined ? undefined : { [found.status]: found.output };
    },
  };
}

/** The client that a function with this binding gets. */
export function clientOf(binding: string): DurableClient {
  const input = df.input.durableClient();
  const context = new InvocationContext({
    functionName: "test",
    invocationId: "test",
    options: { extraInputs: [input] },
  });
  context.extraInputs.set(input, JSON.parse(binding));
  return df.getClient(context);
}
