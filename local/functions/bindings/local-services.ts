/** What settings and files say of the services on this machine, for messages: who starts an application from elsewhere has neither. */

const reference = (name: string) => `"\${${name}}" under "settings" of local-azure.json`;

/** What a setting holds that leads to Cosmos DB here. */
export const cosmosHere = `${reference("cosmos.connectionString")}, which declares databases and containers under "resources"`;
/** What a setting holds that leads to Web PubSub here. */
export const webPubSubHere = `${reference("webPubSub.connectionString")}, which declares hubs and their event handlers under "resources"`;
/** What settings hold that lead to a topic of Event Grid here, by the option that names them. */
export const topicHere: Readonly<Record<string, string>> = {
  topicEndpointUri: `${reference("eventGrid.endpoint")}, which declares topics and subscriptions under "resources"`,
  topicKeySetting: reference("eventGrid.key"),
};

/** How a container is declared that a function needs. */
export const declaredContainer = (database: string, container: string): string =>
  `Declare it under "resources" of local-azure.json: "cosmos": { "database": "${database}", "containers": [{ "id": "${container}", "partitionKey": "/id" }] }, with its own partition key.`;

/** Options of Cosmos DB by the names that they had before version 4 of the extension, which on Azure comes with the bundle [4.*, 5.0.0). */
const renamed: Readonly<Record<string, string>> = {
  connection: "connectionStringSetting",
  containerName: "collectionName",
};

/** What to write where an option is missing that is there by its old name; nothing where it is not. */
export function formerName(option: string, given: Readonly<Record<string, unknown>>): string {
  const before = renamed[option];
  if (before === undefined || given[before] === undefined) return "";
  return ` "${before}" is its name before version 4 of the extension (extension bundle 4, the one that is here): write "${option}".`;
}

/** Whether a member is an option of Cosmos DB by its old name that is not there by its new one: of that `formerName` tells. */
export const isFormerName = (member: string, given: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(renamed).some(([option, before]) => before === member && given[option] === undefined);
