import type { Binding } from "./protocol.ts";

/** A service: the prefix of its binding types in lower case, its name, and the alternative here. */
type Service = readonly [begin: string, name: string, instead: string];

const real = "With Core Tools and the real service it runs unchanged.";
const client =
  "Call its client from the function instead of the binding: any client that takes a connection string works.";

/** All that `@azure/functions` has a name for, and what is usually registered as a generic binding. The first match counts. */
const services: readonly Service[] = [
  [
    "servicebus",
    "Service Bus",
    "A storage queue (app.storageQueue, output.storageQueue, with Azurite) replaces a plain queue, Event Grid replaces a topic; sessions and transactions exist only in Service Bus.",
  ],
  [
    "eventhub",
    "Event Hubs",
    "Event Grid delivers events one by one or in batches (maxEventsPerBatch), the change feed of Cosmos DB in order; partitions and checkpoints exist only in Event Hubs.",
  ],
  ["iothub", "IoT Hub", "Event Grid delivers events one by one or in batches (maxEventsPerBatch)."],
  [
    "kafka",
    "Kafka",
    "Use Event Grid or a storage queue (with Azurite) instead, or read the broker with a client of your own.",
  ],
  [
    "rabbitmq",
    "RabbitMQ",
    "A storage queue (app.storageQueue, output.storageQueue, with Azurite) replaces a plain queue.",
  ],
  ["redis", "Redis", client],
  ["sql", "Azure SQL", client],
  ["mysql", "Azure Database for MySQL", client],
  ["kusto", "Azure Data Explorer", client],
  ["table", "Table Storage", "Call @azure/data-tables from the function instead of the binding: Azurite has tables."],
  [
    "signalr",
    "SignalR Service",
    "Web PubSub is supported: app.webPubSub, input.webPubSubConnection, output.webPubSub.",
  ],
  [
    "socketio",
    "Web PubSub for Socket.IO",
    "Web PubSub with its own clients is supported: app.webPubSub, input.webPubSubConnection, output.webPubSub.",
  ],
  ["dapr", "Dapr", "Its sidecar has an HTTP API that the function can call."],
  ["mcp", "the Model Context Protocol", "Call the handler from a test, or from an HTTP function."],
  ["connector", "a connector of Logic Apps", "Call the handler from a test, or from an HTTP function."],
  ["sendgrid", "SendGrid", client],
  ["twilio", "Twilio", "SMS of Communication Services is supported: @azure/communication-sms."],
  ["notificationhub", "Notification Hubs", client],
  ["assistant", "Azure OpenAI", client],
  ["textcompletion", "Azure OpenAI", client],
  ["embeddings", "Azure OpenAI", client],
  ["semanticsearch", "Azure OpenAI", client],
  ["authenticationevent", "Microsoft Entra ID", "Call the handler from a test, or from an HTTP function."],
];

const known =
  "It supports the triggers http, timer, cosmosDB, eventGrid, storageQueue, storageBlob, webPubSub, warmup and those of Durable Functions, the inputs cosmosDB, storageBlob, webPubSubConnection, webPubSubContext and durableClient, and the outputs http, cosmosDB, eventGrid, storageQueue, storageBlob and webPubSub.";

/** How to start an application without several functions that were refused. */
export const withoutThem = (functions: readonly string[]): string =>
  `To start without these ${functions.length} functions, add to the settings: ${functions.map((name) => `"AzureWebJobs.${name}.Disabled": "true"`).join(", ")}`;

/** Why an unknown binding is refused: its service, the alternative here, and how to start the rest of the application. */
export function unknownBinding(functionName: string, { type, direction }: Binding): string {
  const role = /trigger$/i.test(type) ? "trigger" : direction === "out" ? "output binding" : "input binding";
  const service = services.find(([begin]) => type.toLowerCase().startsWith(begin));
  const what =
    service === undefined
      ? `is unknown to the local functions host. ${known}`
      : `belongs to ${service[1]}, which the local Azure does not emulate. ${service[2]} ${real}`;
  return `the ${role} "${type}" ${what} To start without this function, set AzureWebJobs.${functionName}.Disabled to true, in local.settings.json or local-azure.json.`;
}
