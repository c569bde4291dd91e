import { CosmosError } from "../cosmos/errors.ts";
import type { Cosmos } from "../cosmos/index.ts";
import { storedKey } from "../cosmos/read-key.ts";
import { Refusal } from "../kernel/refusal.ts";
import { type Action, type Actions, numberOf } from "./actions.ts";

/**
 * Cosmos DB: databases, containers and items.
 *
 * | request | does |
 * | --- | --- |
 * | GET /cosmos | databases with containers and users, the charge so far |
 * | POST /cosmos/DATABASE/CONTAINER/query | `query`, `max`, `continuation`, `partitionKey` (a list) |
 * | GET /cosmos/DATABASE/CONTAINER/changes?after=N | the change feed: the latest versions of items that changed after a commit; without `after`, the latest changes |
 * | GET /cosmos/DATABASE/CONTAINER/versions | each change that is kept, including deletions: the latest |
 * | POST /cosmos/DATABASE/CONTAINER/items | creates `item`, unless there is one with its id |
 * | PUT /cosmos/DATABASE/CONTAINER/items | creates `item` or replaces the one with its id; with `etag` it replaces that version only |
 * | DELETE /cosmos/DATABASE/CONTAINER/items | `id`, `partitionKey` (a list; `{}` for a missing value), `etag` |
 *
 * What the service would refuse is refused with its status and message; for a query, also with the `places` of the errors, in characters.
 */
export function cosmosActions(cosmos: Cosmos): Actions {
  const { manage } = cosmos;
  return {
    "GET /cosmos": () => ({ endpoint: cosmos.endpoint, meters: cosmos.meters, databases: manage.databases() }),
    "POST /cosmos/*/*/query": inWords(async ({ names: [database = "", container = ""], body }) => {
      const { query, continuation, partitionKey, max = 50 } = await body();
      if (typeof query !== "string" || query.trim() === "")
        throw new RangeError("query is missing, such as SELECT * FROM c.");
      if (typeof max !== "number" || !(max >= 1 && max <= 1000)) throw new RangeError("max must be from 1 to 1000.");
      if (continuation !== undefined && typeof continuation !== "string")
        throw new RangeError("continuation must be a string.");
      const key = partitionKey === undefined ? {} : { key: [partitionKey].flat() };
      return manage.query(database, container, { text: query, max, continuation, ...key });
    }),
    "GET /cosmos/*/*/changes": inWords(({ names: [database = "", container = ""], url }) => {
      const after = url.searchParams.has("after") ? numberOf(url, "after", 0) : undefined;
      return manage.changes(database, container, after, numberOf(url, "limit", 50, 500));
    }),
    "GET /cosmos/*/*/versions": inWords(({ names: [database = "", container = ""], url }) => ({
      changes: manage.versions(database, container, numberOf(url, "limit", 50, 500)),
    })),
    "POST /cosmos/*/*/items": inWords(async ({ names: [database = "", container = ""], body }) => {
      const { item } = await body();
      return { item: await manage.create(database, container, item) };
    }),
    "PUT /cosmos/*/*/items": inWords(async ({ names: [database = "", container = ""], body }) => {
      const { item, etag } = await body();
      return { item: await manage.save(database, container, item, textOf(etag, "etag")) };
    }),
    "DELETE /cosmos/*/*/items": inWords(async ({ names: [database = "", container = ""], body }) => {
      const { id, partitionKey, etag } = await body();
      if (typeof id !== "string") throw new RangeError("id is missing.");
      if (!Array.isArray(partitionKey)) throw new RangeError("partitionKey is missing: its values, as a list.");
      await manage.remove(database, container, id, storedKey(JSON.stringify(partitionKey)), textOf(etag, "etag"));
    }),
  };
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new RangeError(`${name} must be a string.`);
}

/** The position of an error in a query, in characters, and the reason. */
export interface Place {
  start: number;
  end: number;
  message: string;
}

/** A refusal with the positions of errors in a query. */
class QueryRefusal extends Refusal {
  readonly places: readonly Place[];
  constructor(status: number, code: string, message: string, places: readonly Place[]) {
    super(status, code, message);
    this.places = places;
  }
}

function inWords(action: Action): Action {
  return async (asked) => {
    try {
      return await action(asked);
    } catch (error) {
      if (!(error instanceof CosmosError)) throw error;
      const places = placesIn(error.message);
      const message = places.length === 0 ? error.message : places.map((place) => place.message).join(" ");
      throw new QueryRefusal(error.status, error.code, message, places);
    }
  };
}

/** The service's message contains its list of errors as JSON. */
function placesIn(message: string): Place[] {
  try {
    const { errors = [] } = JSON.parse(message.replace(/^Message: /, "")) as {
      errors?: { message: string; location?: { start: number; end: number } }[];
    };
    return errors.map((each) => ({ start: 0, end: 0, ...each.location, message: each.message }));
  } catch {
    return [];
  }
}
