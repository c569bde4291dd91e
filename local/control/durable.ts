import type { Manage, RuntimeStatus, Wanted } from "../durable/index.ts";
import { type Actions, type Asked, numberOf, textIn } from "./actions.ts";

const statuses: readonly RuntimeStatus[] = [
  "Pending",
  "Running",
  "Suspended",
  "Completed",
  "Failed",
  "Terminated",
  "Canceled",
];

/**
 * Orchestrations and entities.
 *
 * | request | does |
 * | --- | --- |
 * | GET /durable | the registered functions, and the number of instances of each status |
 * | GET /durable/instances?from=N&limit=N | a page of instances, the most recently started first; filters: `status`, `name`, `prefix`, `createdFrom`, `createdTo`, `stuck=true` |
 * | POST /durable/instances | starts one: `name`, `id`, `input` |
 * | DELETE /durable/instances?… | purges those that have ended, with the same filters |
 * | GET /durable/instances/ID | one, with its history and what it waits for |
 * | POST /durable/instances/ID/raise | `event`, `data` |
 * | POST /durable/instances/ID/terminate, suspend, resume, rewind, restart, purge | `reason`; for restart `newId` |
 * | GET /durable/entities | all, with their states and lock holders |
 * | POST /durable/entities | signals one: `name`, `key`, `operation`, `input` |
 */
export function durableActions(manage: Manage): Actions {
  const acting =
    (act: (id: string, body: Record<string, unknown>) => Promise<unknown>) =>
    async ({ names: [id = ""], body }: Asked) =>
      act(id, await body());
  const reason = (body: Record<string, unknown>) => textOf(body, "reason") ?? "";
  return {
    "GET /durable": () => ({ functions: manage.functions, counts: manage.counts() }),
    "GET /durable/instances": ({ url }) =>
      manage.list(wantedOf(url), numberOf(url, "from", 0), numberOf(url, "limit", 50, 500)),
    "POST /durable/instances": async ({ body }) => {
      const { input, ...more } = await body();
      const name = textOf(more, "name");
      if (name === undefined) throw new RangeError("name is missing: the orchestrator to start.");
      const id = textOf(more, "id");
      return { id: await manage.start({ name, input: jsonOf(input), ...(id === undefined ? {} : { id }) }) };
    },
    "DELETE /durable/instances": async ({ url }) => ({ purged: await manage.purgeAll(wantedOf(url)) }),
    "GET /durable/instances/*": ({ names: [id = ""] }) => manage.detail(id),
    "POST /durable/instances/*/raise": acting((id, body) => {
      const event = textOf(body, "event");
      if (event === undefined) throw new RangeError("event is missing: the name of the event to raise.");
      return manage.raise(id, event, jsonOf(body.data));
    }),
    "POST /durable/instances/*/terminate": acting((id, body) => manage.control(id, "terminate", reason(body))),
    "POST /durable/instances/*/suspend": acting((id, body) => manage.control(id, "suspend", reason(body))),
    "POST /durable/instances/*/resume": acting((id, body) => manage.control(id, "resume", reason(body))),
    "POST /durable/instances/*/rewind": acting((id, body) => manage.rewind(id, reason(body))),
    "POST /durable/instances/*/restart": acting(async (id, { newId = false }) => {
      if (typeof newId !== "boolean") throw new RangeError("newId must be true or false.");
      return { id: await manage.restart(id, newId) };
    }),
    "POST /durable/instances/*/purge": acting((id) => manage.purge(id)),
    "GET /durable/entities": () => ({ entities: manage.entities() }),
    "POST /durable/entities": async ({ body }) => {
      const { input, ...more } = await body();
      const [name, key, operation] = ["name", "key", "operation"].map((each) => textOf(more, each));
      if (name === undefined || key === undefined || operation === undefined)
        throw new RangeError("name, key and operation are needed to signal an entity.");
      return { id: await manage.signal(name, key, operation, jsonOf(input)) };
    },
  };
}

function wantedOf(url: URL): Wanted {
  const { searchParams } = url;
  const given = searchParams.getAll("status");
  const unknown = given.find((status) => !statuses.includes(status as RuntimeStatus));
  if (unknown !== undefined)
    throw new RangeError(`There is no status "${unknown}"; the statuses are ${statuses.join(", ")}.`);
  const [prefix, name] = ["prefix", "name"].map((each) => textIn(url, each));
  const createdFrom = momentOf(searchParams, "createdFrom");
  const createdTo = momentOf(searchParams, "createdTo");
  return {
    ...(given.length === 0 ? {} : { statuses: new Set(given as RuntimeStatus[]) }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(name === undefined ? {} : { name }),
    ...(createdFrom === undefined ? {} : { createdFrom }),
    ...(createdTo === undefined ? {} : { createdTo }),
    ...(searchParams.get("stuck") === "true" ? { stuck: true } : {}),
  };
}

function momentOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new RangeError(`${name} is "${text}"; write it like 2026-06-15T10:00:00Z.`);
  return time;
}

function textOf(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new RangeError(`${name} must be a string.`);
  return value;
}

const jsonOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
