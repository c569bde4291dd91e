import { availableParallelism } from "node:os";
import type { Due } from "../kernel/due.ts";
import type { Parts } from "../kernel/parts.ts";
import type { Core } from "./core.ts";
import type { DurableEngine } from "./engine.ts";
import { Entities } from "./entities.ts";
import type { DurableFunctions } from "./functions.ts";
import { handleWebhook } from "./http-api.ts";
import { defaultLimits } from "./limits.ts";
import { Manage } from "./manage.ts";
import { Operations } from "./operations.ts";
import type { HistoryEvent, InstanceRecord, RuntimeStatus } from "./records.ts";
import { type DurableRpc, startDurableRpc } from "./rpc.ts";
import { Scheduler } from "./scheduler.ts";
import { DurableTables } from "./tables.ts";
import { whyNoConnection, whyNoHub } from "./task-hub.ts";
import { clientBinding, queryOf, storageConnection } from "./urls.ts";

export type { DurableEngine } from "./engine.ts";
export type { DurableFunctions, InvocationError, InvocationOutcome } from "./functions.ts";
export type { Manage, Wanted } from "./manage.ts";
export type { EntityRow, InstanceDetail, InstanceRow, Waiting } from "./managed.ts";
export type { HistoryEvent, RuntimeStatus } from "./records.ts";
export type { DurableRpc } from "./rpc.ts";

/** The settings of `host.json` under `extensions.durableTask`, and the key of the webhooks. */
export interface DurableOptions {
  /** Default: `TestHubName`. */
  hubName?: string;
  /** The name of the setting with the storage connection. Default: `Storage`, which stands for `AzureWebJobsStorage`. */
  connectionName?: string;
  /** Default: ten for each processor, as for `maxConcurrentOrchestrators`. */
  maxConcurrentActivities?: number;
  maxConcurrentOrchestrators?: number;
  maxConcurrentEntities?: number;
  /** The maximum number of operations of an entity in one invocation. Default: 5000. */
  maxEntityBatch?: number;
  /** The maximum number of actions of one generation of an orchestration. Default: 100,000. */
  maxActions?: number;
  /** The interval of a durable HTTP call's requests, in milliseconds, if the response does not set it. Default: 30 s. */
  httpPollingInterval?: number;
  /** The value of `code=` in the management addresses. Default: generated at the first start and kept in the store. */
  systemKey?: string;
  /** The version of instances that are started without a version. */
  defaultVersion?: string;
  /**
   * Orchestrators that hang, drift or loop on Azure do so here too, with a warning in the log, instead of failing with an explanation. This shows
   * what a certain way of waiting would do on Azure. Default: false.
   */
  hangLikeAzure?: boolean;
}

/** An instance, for tests and tools; `output` and `customStatus` are JSON text or plain text. */
export interface InstanceSummary {
  readonly id: string;
  readonly name: string;
  readonly status: RuntimeStatus;
  readonly executionId: string;
  readonly generation: number;
  readonly customStatus?: string;
  readonly output?: string;
  /** With `hangLikeAzure`: why the instance hangs. */
  readonly stuck?: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
}

export interface LocalDurableEngine extends DurableEngine {
  instance(id: string): InstanceSummary | undefined;
  instances(): Iterable<InstanceSummary>;
  /** Shows and changes the task hub, for tools. */
  readonly manage: Manage;
  /** The timers that orchestrations wait for, unordered. */
  due(): Iterable<Due>;
  /** The history of the current generation, oldest event first; empty for an unknown instance. */
  history(id: string): readonly HistoryEvent[];
  /**
   * Starts the server for the SDK's client in the application. From then on bindings lead to it; until then they lead to the webhooks.
   * @throws PortTakenError
   */
  openRpc(port?: number): Promise<DurableRpc>;
  /** Stops all timers, and lets work in progress complete. The store stays open. */
  close(): Promise<void>;
}

/** Creates the durable engine over the store of `parts`; nothing runs before `attach`. */
export function createDurableEngine(parts: Parts, options: DurableOptions = {}): LocalDurableEngine {
  const hubName = options.hubName ?? "TestHubName";
  const perProcessor = 10 * availableParallelism();
  const tables = new DurableTables(parts.store, hubName);
  let attached: DurableFunctions | undefined;
  const core: Core = {
    parts: { ...parts, log: parts.log.named("durable") },
    tables,
    defaultVersion: options.defaultVersion ?? null,
    limits: {
      actions: options.maxActions ?? defaultLimits.actions,
      entityBatch: options.maxEntityBatch ?? defaultLimits.entityBatch,
      httpPolling: options.httpPollingInterval ?? defaultLimits.httpPolling,
    },
    hangLikeAzure: options.hangLikeAzure ?? false,
    starting: new Set(),
    functions() {
      if (attached === undefined) throw new Error("The application has not been loaded yet.");
      return attached;
    },
  };
  const orchestrators = options.maxConcurrentOrchestrators ?? perProcessor;
  const activities = options.maxConcurrentActivities ?? perProcessor;
  const scheduler = new Scheduler(core, { orchestrators, activities }, (entity, key) => entities.post(entity, key));
  const mostEntities = options.maxConcurrentEntities ?? perProcessor;
  const entities = new Entities(core, mostEntities, (changes, effects) => scheduler.commit(changes, effects));
  const operations = new Operations(core, scheduler);
  const { systemKey, saved } = keyOf(parts, options.systemKey);
  scheduler.restore();
  entities.restore();
  const hub = { hubName, systemKey, connectionName: options.connectionName ?? storageConnection };
  const api = { core, operations, scheduler, entities, ...hub, addressQuery: queryOf(hub) };
  let rpcUrl: string | null = null;

  return {
    hubName,
    systemKey,
    async attach(functions) {
      await saved;
      attached = functions;
      scheduler.open();
      entities.open();
    },
    async detach() {
      await Promise.all([scheduler.hold(), entities.hold()]);
    },
    clientBinding(origin, { taskHub, connectionName } = {}) {
      const refused = whyNoHub(hub, taskHub) ?? whyNoConnection(hub, connectionName);
      if (refused !== undefined) throw refused;
      return clientBinding({ origin, ...hub }, connectionName ?? null, rpcUrl);
    },
    handle: (request, response, handling) => handleWebhook(api, request, response, handling),
    async openRpc(port) {
      const rpc = await startDurableRpc(api, port);
      rpcUrl = rpc.url;
      return rpc;
    },
    manage: new Manage(core, operations, (...signal) => entities.signal(...signal)),
    instance(id) {
      const record = tables.instances.get(id);
      return record === undefined ? undefined : summary(record);
    },
    *instances() {
      for (const record of tables.instances.values()) yield summary(record);
    },
    *due() {
      for (const task of tables.tasks.values()) {
        if (task.kind !== "timer" || task.cancelled) continue;
        const name = tables.instances.get(task.instance)?.name ?? task.instance;
        yield { at: task.due, service: "durable", what: "timer of", name, key: `instance:${task.instance}` };
      }
    },
    history(id) {
      const record = tables.instances.get(id);
      return record === undefined ? [] : [...tables.history(record)];
    },
    async close() {
      await Promise.all([scheduler.close(), entities.close()]);
    },
  };
}

function summary(record: InstanceRecord): InstanceSummary {
  const { id, name, status, executionId, generation, customStatus, output, stuck, created, updated } = record;
  return {
    ...{ id, name, status, executionId, generation, created, updated },
    ...(customStatus === undefined ? {} : { customStatus }),
    ...(output === undefined ? {} : { output }),
    ...(stuck === undefined ? {} : { stuck }),
  };
}

/** The key of the webhooks: the given one, the one from an earlier start, or a new one. */
function keyOf(parts: Parts, given: string | undefined): { systemKey: string; saved: Promise<void> } {
  const kept = given ?? parts.store.table<string>("durable/keys").get("system");
  if (kept !== undefined) return { systemKey: kept, saved: Promise.resolve() };
  const systemKey = parts.ids.bytes(32).toString("base64url");
  return { systemKey, saved: parts.store.commit([{ table: "durable/keys", key: "system", value: systemKey }]) };
}
