import type { Container, CosmosClient, JSONObject, SqlQuerySpec } from "@azure/cosmos";
import type { Binding } from "../protocol.ts";
import { connectionString } from "./connections.ts";
import { type ExpressionData, option, resolveBindingText } from "./expressions.ts";
import type { BindingSystem, InputBinding, OutputBinding } from "./kinds.ts";
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
  async container({ connection, binding }: Place, data: ExpressionData, system: BindingSystem): Promise<Container> {
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
  return {
    async read(data, system) {
      const container = await clients.container(place, data, system);
      const key = option(binding, "partitionKey", data, system);
      const id = option(binding, "id", data, system);
      if (id !== undefined) {
        const { resource } = await container.item(id, key).read<JSONObject>();
        return resource === undefined ? {} : { string: JSON.stringify(resource) };
      }
      const query = typeof binding.sqlQuery === "string" ? queryOf(binding.sqlQuery, data, system) : "SELECT * FROM c";
      const found = container.items.query(query, key === undefined ? {} : { partitionKey: key });
      return { string: JSON.stringify((await found.fetchAll()).resources) };
    },
  };
}

/** Expressions in a query become its parameters, so that a value is never parsed as part of the query. */
function queryOf(text: string, data: ExpressionData, system: BindingSystem): SqlQuerySpec {
  const parameters: { name: string; value: string }[] = [];
  const query = resolveBindingText(text, data, system, (value, expression) => {
    const name = `@${expression.replace(/\W/g, "_")}`;
    if (!parameters.some((known) => known.name === name)) parameters.push({ name, value });
    return name;
  });
  return { query, parameters };
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
