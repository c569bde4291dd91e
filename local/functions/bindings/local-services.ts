/** Describes, for messages, the settings and files for the services on this machine. An application that was started from elsewhere has neither. */

const reference = (name: string) => `"\${${name}}" under "settings" of local-azure.json`;

/** The content of a setting that refers to the local Cosmos DB. */
export const cosmosHere = `${reference("cosmos.connectionString")}, which declares databases and containers under "resources"`;
/** The content of a setting that refers to the local Web PubSub. */
export const webPubSubHere = `${reference("webPubSub.connectionString")}, which declares hubs and their event handlers under "resources"`;
/** The content of settings that refer to a local topic of Event Grid, by the option that names them. */
export const topicHere: Readonly<Record<string, string>> = {
  topicEndpointUri: `${reference("eventGrid.endpoint")}, which declares topics and subscriptions under "resources"`,
  topicKeySetting: reference("eventGrid.key"),
};

/** How to declare a container that a function needs. */
export const declaredContainer = (database: string, container: string): string =>
  `Declare it under "resources" of local-azure.json: "cosmos": { "database": "${database}", "containers": [{ "id": "${container}", "partitionKey": "/id" }] }, with its own partition key.`;

/** Options of Cosmos DB by the names that they had before version 4 of the extension, which on Azure comes with the bundle [4.*, 5.0.0). */
const renamed: Readonly<Record<string, string>> = {
  connection: "connectionStringSetting",
  containerName: "collectionName",
};

/** The advice for a missing option that is present under its old name; an empty text if it is not. */
export function formerName(option: string, given: Readonly<Record<string, unknown>>): string {
  const before = renamed[option];
  if (before === undefined || given[before] === undefined) return "";
  return ` "${before}" is its name before version 4 of the extension (extension bundle 4, the one that is here): write "${option}".`;
}

/** Whether a member is the old name of a Cosmos DB option that is not present under its new name; `formerName` reports it. */
export const isFormerName = (member: string, given: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(renamed).some(([option, before]) => before === member && given[option] === undefined);
