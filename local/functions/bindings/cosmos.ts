import type { Container, CosmosClient, JSONObject, JSONValue, SqlQuerySpec } from "@azure/cosmos";
import type { Binding } from "../protocol.ts";
import { withDotnetDates } from "../triggers/dotnet-dates.ts";
import { connectionString } from "./connections.ts";
import {
  type ExpressionData,
  type ExpressionSystem,
  expressionsIn,
  option,
  resolveBindingText,
  triggerValue,
} from "./expressions.ts";
import type { InputBinding, OutputBinding } from "./kinds.ts";
import { cosmosHere, formerName } from "./local-services.ts";
import { itemsOf, outputValue } from "./values.ts";

interface Place {
  readonly connection: string;
  readonly binding: Binding;
}

const defaultConnection = "CosmosDB";

/** Clients of accounts by their connection strings. The package is loaded with the first client, because loading takes a while. */
export class CosmosClients {
  readonly #clients = new Map<string, Promise<CosmosClient>>();

  /**
   * The container that a binding names, with its expressions resolved for one invocation. No request is sent to the service yet. Rejects if the
   * package is missing, or the connection string is invalid.
   */
  async container({ connection, binding }: Place, data: ExpressionData, system: ExpressionSystem): Promise<Container> {
    const client = await this.#client(connection);
    const name = (key: string) => option(binding, key, data, system) ?? "";
    return client.database(name("databaseName")).container(name("containerName"));
  }

  /** Closes all clients; never rejects. */
  async close(): Promise<void> {
    for (const client of this.#clients.values())
      await client.then(
        (made) => made.dispose(),
        // The client could not be created; its callers got the error.
        () => undefined,
      );
    this.#clients.clear();
  }

  #client(connection: string): Promise<CosmosClient> {
    const known = this.#clients.get(connection);
    if (known !== undefined) return known;
    const client = import("@azure/cosmos").then(({ CosmosClient: Client }) => {
      const [, endpoint = ""] = /AccountEndpoint=([^;]+)/i.exec(connection) ?? [];
      const [, key = ""] = /AccountKey=([^;]+)/i.exec(connection) ?? [];
      return new Client({ endpoint, key, connectionPolicy: { enableEndpointDiscovery: false } });
    });
    this.#clients.set(connection, client);
    return client;
  }
}

function placeOf(binding: Binding, settings: Record<string, string>): Place {
  for (const name of ["databaseName", "containerName"]) {
    if (typeof binding[name] !== "string" || binding[name] === "")
      throw new Error(`it needs "${name}".${formerName(name, binding)}`);
  }
  if (binding.connection === undefined && formerName("connection", binding) !== "")
    throw new Error(`it needs "connection".${formerName("connection", binding)}`);
  const connection = connectionString(settings, String(binding.connection ?? defaultConnection), cosmosHere);
  if (!/AccountEndpoint=/i.test(connection) || !/AccountKey=/i.test(connection)) {
    throw new Error(
      `its connection must be like "AccountEndpoint=https://…;AccountKey=…;". It should hold ${cosmosHere}.`,
    );
  }
  return { connection, binding };
}

/**
 * The input `cosmosDB`: with `id` one document (no value if it does not exist), otherwise the results of `sqlQuery`, otherwise all documents.
 * @throws Error if an option is missing or its connection is invalid.
 */
export function cosmosInput(binding: Binding, settings: Record<string, string>, clients: CosmosClients): InputBinding {
  const place = placeOf(binding, settings);
  if (binding.id !== undefined && binding.sqlQuery !== undefined)
    throw new Error('it may have "id" or "sqlQuery", not both.');
  if (typeof binding.sqlQuery === "string") checkQuery(binding.sqlQuery);
  return {
    async read(data, system) {
      const container = await clients.container(place, data, system);
      const key = option(binding, "partitionKey", data, system);
      const id = option(binding, "id", data, system);
      if (id !== undefined) {
        const { resource } = await container.item(id, key).read<JSONObject>();
        return resource === undefined ? {} : { string: withDotnetDates(JSON.stringify(resource)) };
      }
      const query = typeof binding.sqlQuery === "string" ? queryOf(binding.sqlQuery, data, system) : "SELECT * FROM c";
      const found = container.items.query(query, key === undefined || key === "" ? {} : { partitionKey: key });
      return { string: withDotnetDates(JSON.stringify((await found.fetchAll()).resources)) };
    },
  };
}

/**
 * Refuses expressions that a query cannot have: in the extension the name of a parameter is the first part of an expression, and the rest is looked
 * for in that name. What the host itself provides is not looked for at all. So each invocation fails there.
 *
 * Source: `CosmosDBSqlResolutionPolicy` of the extension, and recorded from the real host.
 * @throws Error
 */
function checkQuery(query: string): void {
  const wrong = expressionsIn(query).find((name) => !/^\w+$/.test(name) || /^datetime$/i.test(name));
  if (wrong !== undefined)
    throw new Error(
      `its "sqlQuery" contains {${wrong}}; on Azure every invocation would fail, since a query can only refer to a value by one name, such as {id}. A parameter of the route or the query of a request, and a member of its body or of a message, have one.`,
    );
}

/** Expressions in a query become its parameters, so that a value is never parsed as part of the query. It may be an object, too. */
function queryOf(text: string, data: ExpressionData, system: ExpressionSystem): SqlQuerySpec {
  const parameters = new Map<string, JSONValue>();
  const query = resolveBindingText(text, data, system, (name) => {
    parameters.set(`@${name}`, triggerValue(name, data) as JSONValue);
    return `@${name}`;
  });
  return { query, parameters: [...parameters].map(([name, value]) => ({ name, value })) };
}

/** The output `cosmosDB`: creates or replaces each document. @throws Error as `cosmosInput` does. */
export function cosmosOutput(
  binding: Binding,
  settings: Record<string, string>,
  clients: CosmosClients,
): OutputBinding {
  const place = placeOf(binding, settings);
  const { createIfNotExists, partitionKey } = binding;
  if (createIfNotExists === true && typeof partitionKey !== "string") {
    throw new Error('with "createIfNotExists" it needs "partitionKey", the path of the key.');
  }
  return {
    async write(given, data, system) {
      const container = await clients.container(place, data, system);
      if (createIfNotExists === true) {
        const { database } = await container.database.client.databases.createIfNotExists({ id: container.database.id });
        await database.containers.createIfNotExists({ id: container.id, partitionKey: String(partitionKey) });
      }
      for (const item of itemsOf(outputValue(given))) {
        if (typeof item !== "object" || item === null)
          throw new Error(
            `The output to ${container.id} must be a document or a list of documents; it is ${JSON.stringify(item)}.`,
          );
        // By default the client would generate an id. The extension leaves that to the service, which rejects a document without one.
        await container.items.upsert(item, { disableAutomaticIdGeneration: true });
      }
    },
  };
}
