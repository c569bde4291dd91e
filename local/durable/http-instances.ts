import { isOver } from "./batch.ts";
import {
  continuation,
  continuedFrom,
  empty,
  failure,
  invalidArgument,
  invalidOperation,
  json,
  Refused,
  readJson,
} from "./http-answers.ts";
import { type Api, type Call, saysJson } from "./http-call.ts";
import { readFilter } from "./instance-filter.ts";
import { whyNoInstanceId } from "./instance-ids.ts";
import { pageSize } from "./limits.ts";
import type { Answer, Filter } from "./operations.ts";
import { type InstanceRecord, terminal } from "./records.ts";
import { entityBody, type StatusBody, statusBody } from "./status-view.ts";
import { managementUrls, statusUrl } from "./urls.ts";

/** `POST orchestrators/{name}[/{id}]` */
export async function start(api: Api, call: Call, name: string, id: string | undefined): Promise<void> {
  const { response, query } = call;
  const refused = id === undefined ? undefined : whyNoInstanceId(id);
  if (refused !== undefined) return invalidArgument(response, refused);
  const content = readJson(response, call.body, true);
  if (content === undefined) return;
  const version = query.get("version");
  const started = await api.operations.start({
    name,
    input: content.input,
    version,
    ...(id === undefined ? {} : { id }),
  });
  if ("conflict" in started) {
    return json(response, 409, {
      Message: `An Orchestration instance with the status ${started.conflict} already exists.`,
    });
  }
  return answerOnceEnded(api, call, started.id);
}

/** With both `timeout` and `pollingInterval` the caller waits for the end; with only one of them it does not. */
async function answerOnceEnded(api: Api, call: Call, id: string): Promise<void> {
  const timeout = readWait(call);
  if (timeout > 0 && (await waitForEnd(api, call, id, timeout))) answerEnded(api, call, id);
  else answerStarted(call, id);
}

/** The limits of .NET's `TimeSpan` and of its `Task.Delay`, in seconds. */
const longestSpan = 922_337_203_685;
const longestDelay = 4_294_967;

/**
 * How long to wait, in milliseconds; read after the instance has been started, as in the host.
 * (HttpApiHandler.WaitForCompletionOrCreateCheckStatusResponseAsync)
 * @throws Refused for numbers that cause an exception in the host
 */
function readWait({ query }: Call): number {
  const [timeout, interval] = [query.seconds("timeout"), query.seconds("pollingInterval")];
  for (const seconds of [timeout, interval]) {
    if (Number.isNaN(seconds))
      throw Refused.as("System.ArgumentException", "TimeSpan does not accept floating point Not-a-Number values.");
    if (Math.abs(seconds ?? 0) > longestSpan)
      throw Refused.as("System.OverflowException", "TimeSpan overflowed because the duration is too long.");
  }
  if (timeout === undefined || interval === undefined) return 0;
  if (interval > timeout) {
    const message = `Total timeout ${timeout} should be bigger than retry timeout ${interval}`;
    throw Refused.as("System.ArgumentException", message);
  }
  if (timeout > 0 && (interval < 0 || interval > longestDelay)) {
    const message = `The value needs to translate in milliseconds to -1 (signifying an infinite timeout), 0, or a positive integer less than or equal to the maximum allowed timer duration. (Parameter 'delay')`;
    throw Refused.as("System.ArgumentOutOfRangeException", message);
  }
  return timeout * 1000;
}

function answerStarted(call: Call, id: string): void {
  const escaped = encodeURIComponent(id);
  const body = { id, ...managementUrls(call.base, escaped, false) };
  json(call.response, 202, body, { location: statusUrl(call.base, escaped), "retry-after": "10" });
}

/** Waits at most `timeout` milliseconds until the instance has ended; returns whether it has. */
function waitForEnd({ core, scheduler }: Api, call: Call, id: string, timeout: number): Promise<boolean> {
  if (isOver(core.tables.instances.get(id))) return Promise.resolve(true);
  call.settled();
  return new Promise((resolve) => {
    const timer = core.parts.clock.after(timeout, () => finish(false));
    const unwatch = scheduler.watch(id, () => finish(true));
    const finish = (ended: boolean) => {
      timer.cancel();
      unwatch();
      resolve(ended);
    };
  });
}

function answerEnded({ core }: Api, call: Call, id: string): void {
  const record = core.tables.instances.get(id);
  const options = { showInput: true, showHistory: false, showHistoryOutput: false };
  const body = record && statusBody(core.tables, record, options);
  if (body === undefined) empty(call.response, 404);
  else json(call.response, 200, body.runtimeStatus === "Completed" ? body.output : body);
}

/** `instances/{id}` and the paths below it */
export async function handleInstance(api: Api, call: Call, id: string, rest: readonly string[]): Promise<void> {
  const { response, method, query } = call;
  const record = api.core.tables.instances.get(id);
  const [operation, ...names] = rest;
  if (operation === undefined) {
    if (method === "GET") return status(api, call, id, record);
    if (method === "DELETE") return purge(api, call, id, record);
    return empty(response, 404);
  }
  if (method !== "POST") return empty(response, 404);
  const kind = operation.toLowerCase();
  if (kind === "raiseevent" && names.length === 1) return raiseEvent(api, call, id, names[0] ?? "");
  if (names.length > 0) return empty(response, 404);
  switch (kind) {
    case "terminate":
    case "suspend":
    case "resume":
      try {
        return answer(call, await api.operations.control(id, kind, query.get("reason")));
      } catch (error) {
        if (error instanceof TypeError) return invalidOperation(response, error.message);
        throw error;
      }
    case "rewind":
      return rewind(api, call, id, record);
    case "restart":
      return restart(api, call, id, record);
  }
  empty(response, 404);
}

const codes: Record<Answer, number> = { accepted: 202, missing: 404, over: 410 };
const answer = (call: Call, result: Answer) => empty(call.response, codes[result]);

function status({ core }: Api, call: Call, id: string, record: InstanceRecord | undefined): void {
  const { response, query } = call;
  const options = {
    showInput: query.flag("showInput", true),
    showHistory: query.flag("showHistory", false),
    showHistoryOutput: query.flag("showHistoryOutput", false),
  };
  const entity = core.tables.entities.get(id);
  const body = record ? statusBody(core.tables, record, options) : entity && entityBody(entity, options);
  if (body === undefined) {
    empty(response, 404);
  } else if (record === undefined || !isOver(record)) {
    json(response, 202, body, { location: call.url.href, "retry-after": "5" });
  } else {
    const failed = record.status === "Failed" && query.flag("returnInternalServerErrorOnFailure", false);
    json(response, failed ? 500 : 200, body);
  }
}

async function purge(api: Api, call: Call, id: string, record: InstanceRecord | undefined): Promise<void> {
  const { tables } = api.core;
  if (record === undefined && tables.entities.has(id)) {
    await api.core.parts.store.commit([tables.dropEntity(id)]);
    return json(call.response, 200, { instancesDeleted: 1 });
  }
  if (record === undefined) return empty(call.response, 404);
  const refused = await api.operations.purge(record);
  if (refused === undefined) return json(call.response, 200, { instancesDeleted: 1 });
  const reason = `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${id} has status ${refused}`;
  json(call.response, 412, reason);
}

async function raiseEvent(api: Api, call: Call, id: string, name: string): Promise<void> {
  const record = api.core.tables.instances.get(id);
  if (record === undefined) return answer(call, "missing");
  if (isOver(record)) return answer(call, "over");
  if (!saysJson(call)) {
    return json(call.response, 400, { Message: "Only application/json request content is supported" });
  }
  const content = readJson(call.response, call.body, false);
  if (content === undefined) return;
  // As observed on Azure's host: an event that is raised just after the start, on a busy host, may never arrive.
  if (api.core.parts.faults?.take("durable", "raise", name) !== undefined) {
    api.core.parts.recorder.running?.note({ fault: "lose" });
    return answer(call, "accepted");
  }
  answer(call, await api.operations.raise(id, name, content.input));
}

async function rewind(api: Api, call: Call, id: string, record: InstanceRecord | undefined): Promise<void> {
  const { response } = call;
  if (record === undefined) return json(response, 404, `No orchestration with instance ID "$${id}" found.`);
  if (record.status !== "Failed") {
    const reason = `This orchestration has status ${record.status}, but only orchestrations in the "Failed" state can be rewound.`;
    return json(response, 412, reason);
  }
  const refused = await api.operations.rewind(record, call.query.get("reason") ?? "");
  if (refused === undefined) empty(response, 202);
  else json(response, 501, refused);
}

async function restart(api: Api, call: Call, id: string, record: InstanceRecord | undefined): Promise<void> {
  const { response } = call;
  const noMatch = "InstanceId does not match a valid orchestration instance.";
  if (record === undefined) {
    const reason = `No instance with ID '${id}' was found. (Parameter 'instanceId')`;
    return failure(response, 400, noMatch, reason, "System.ArgumentException");
  }
  const started = await api.operations.restart(record, call.query.flag("restartWithNewInstanceId", true));
  if ("id" in started) {
    try {
      return await answerOnceEnded(api, call, started.id);
    } catch (error) {
      if (error instanceof Refused && error.status === 400) return error.send(response, noMatch);
      throw error;
    }
  }
  const reason = `An Orchestration instance with the status ${started.conflict} already exists.`;
  const type = "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException";
  failure(response, 409, "A non-terminal instance with this instance ID already exists.", reason, type);
}

/** `instances`: list and purge by filter */
export async function handleInstances(api: Api, call: Call): Promise<void> {
  const { response, query, method } = call;
  const filter = readFilter(query);
  if (method === "GET") return list(api, call, filter);
  if (method !== "DELETE") return empty(response, 404);
  if (filter.createdFrom === undefined)
    return json(response, 400, "Please provide value for 'createdTimeFrom' parameter.");
  const refused = filter.prefix === undefined ? whyNoPurge(api, filter) : noPurgeByPrefix;
  if (refused !== undefined) return json(response, 501, refused);
  const instancesDeleted = await api.operations.purgeAll(onlyEnded(filter));
  if (instancesDeleted === 0) empty(response, 404);
  else json(response, 200, { instancesDeleted });
}

/** As in the host, it has no meaning for a purge. (HttpApiHandler.HandleDeleteHistoryWithFiltersRequestAsync) */
const noPurgeByPrefix =
  "The local Azure refuses this purge: 'instanceIdPrefix' only filters lists, and Azure would delete instances with any id that were created in that time. Leave it out, or purge each instance by its id.";

/**
 * On Azure Storage, a purge without a status of ended instances deletes everything that started in that time: running instances, and entities with
 * their state.
 * (DurableTask.AzureStorage, AzureTableTrackingStore.PurgeInstanceHistoryAsync)
 */
function whyNoPurge({ core, operations }: Api, filter: Filter): string | undefined {
  const { statuses: _, ...others } = onlyEnded(filter);
  if (onlyEnded(filter).statuses !== undefined) return undefined;
  const running = operations.matching(others).filter((record) => !isOver(record)).length;
  const entities = [...core.tables.entities.values()].filter(({ created }) => isWithin(created, others)).length;
  if (running + entities === 0) return undefined;
  return `The local Azure refuses this purge: it names no runtimeStatus of ended instances, and Azure Storage would delete all that were created in that time, including ${running} that have not ended and ${entities} entities. Name the statuses you mean: runtimeStatus=Completed,Failed,Terminated,Canceled.`;
}

/** As in the host, only the statuses of ended instances count; if none is left, the filter has no status. */
function onlyEnded({ statuses, ...others }: Filter): Filter {
  const ended = [...(statuses ?? [])].filter((status) => terminal.has(status));
  return ended.length === 0 ? others : { ...others, statuses: new Set(ended) };
}

function list({ core, operations }: Api, call: Call, filter: Filter): void {
  // As recorded: without any filter, the inputs are always shown.
  const showInput = Object.keys(filter).length === 0 || call.query.flag("showInput", true);
  const options = { showInput, showHistory: false, showHistoryOutput: false };
  const from = continuedFrom(call.headers["x-ms-continuation-token"]);
  const size = pageSize(call.query);
  const found: { id: string; body: () => StatusBody }[] = operations
    .list(filter)
    .map((record) => ({ id: record.id, body: () => statusBody(core.tables, record, options) }));
  if (filter.statuses === undefined || filter.statuses.has("Running")) {
    for (const entity of core.tables.entities.values()) {
      if (entity.id.startsWith(filter.prefix ?? "") && isWithin(entity.created, filter)) {
        found.push({ id: entity.id, body: () => entityBody(entity, options) });
      }
    }
  }
  found.sort((a, b) => (a.id < b.id ? -1 : 1));
  const rest = found.filter(({ id }) => id >= from);
  const next = rest[size];
  json(
    call.response,
    200,
    rest.slice(0, size).map(({ body }) => body()),
    next === undefined ? {} : continuation(next.id),
  );
}

const isWithin = (time: number, { createdFrom, createdTo }: Filter) =>
  (createdFrom === undefined || time >= createdFrom) && (createdTo === undefined || time <= createdTo);
