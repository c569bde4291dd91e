import type { Binding } from "./protocol.ts";

/** What belongs to a service: the beginning of the types of its bindings in lower case, its name, and what does for it here. */
type Service = readonly [begin: string, name: string, instead: string];

const real = "Against the service itself it runs with Core Tools.";
const client =
  "Call its client from the function instead of the binding: any client that takes a connection string works.";

/** All that `@azure/functions` has a name for, and what is usually registered as a generic binding. The first that fits counts. */
const services: readonly Service[] = [
  [
    "servicebus",
    "Service Bus",
    "A storage queue (app.storageQueue, output.storageQueue, with Azurite) does what a plain queue does, Event Grid what a topic does; sessions and transactions are there only.",
  ],
  [
    "eventhub",
    "Event Hubs",
    "Event Grid delivers events one by one or in batches (maxEventsPerBatch), the change feed of Cosmos DB in order; partitions and checkpoints are there only.",
  ],
  ["iothub", "IoT Hub", "Event Grid delivers events one by one or in batches (maxEventsPerBatch)."],
  [
    "kafka",
    "Kafka",
    "Event Grid or a storage queue (with Azurite) takes its place; or read the broker with a client of your own.",
  ],
  [
    "rabbitmq",
    "RabbitMQ",
    "A storage queue (app.storageQueue, output.storageQueue, with Azurite) does what a plain queue does.",
  ],
  ["redis", "Redis", client],
  ["sql", "Azure SQL", client],
  ["mysql", "Azure Database for MySQL", client],
  ["kusto", "Azure Data Explorer", client],
  ["table", "Table Storage", "Call @azure/data-tables from the function instead of the binding: Azurite has tables."],
  ["signalr", "SignalR Service", "Web PubSub is there: app.webPubSub, input.webPubSubConnection, output.webPubSub."],
  [
    "socketio",
    "Web PubSub for Socket.IO",
    "Web PubSub with its own clients is there: app.webPubSub, input.webPubSubConnection, output.webPubSub.",
  ],
  ["dapr", "Dapr", "Its sidecar has an HTTP API that the function can call."],
  ["mcp", "the Model Context Protocol", "The handler can be called by a test, or by an HTTP function beside it."],
  ["connector", "a connector of Logic Apps", "The handler can be called by a test, or by an HTTP function beside it."],
  ["sendgrid", "SendGrid", client],
  ["twilio", "Twilio", "SMS of Communication Services is there: @azure/communication-sms."],
  ["notificationhub", "Notification Hubs", client],
  ["assistant", "Azure OpenAI", client],
  ["textcompletion", "Azure OpenAI", client],
  ["embeddings", "Azure OpenAI", client],
  ["semanticsearch", "Azure OpenAI", client],
  [
    "authenticationevent",
    "Microsoft Entra ID",
    "The handler can be called by a test, or by an HTTP function beside it.",
  ],
];

const known =
  "It knows the triggers http, timer, cosmosDB, eventGrid, storageQueue, storageBlob, webPubSub, warmup and those of Durable Functions, the inputs cosmosDB, storageBlob, webPubSubConnection, webPubSubContext and durableClient, and the outputs http, cosmosDB, eventGrid, storageQueue, storageBlob and webPubSub.";

/** How an application starts without several functions that were refused. */
export const withoutThem = (functions: readonly string[]): string =>
  `To start without these ${functions.length}, among the settings: ${functions.map((name) => `"AzureWebJobs.${name}.Disabled": "true"`).join(", ")}`;

/** Why a binding is refused that this host does not know: whose it is, what does for it here, and how the rest of the application starts. */
export function unknownBinding(functionName: string, { type, direction }: Binding): string {
  const role = /trigger$/i.test(type) ? "trigger" : direction === "out" ? "output binding" : "input binding";
  const service = services.find(([begin]) => type.toLowerCase().startsWith(begin));
  const what =
    service === undefined
      ? `is not known to the local functions host. ${known}`
      : `is of ${service[1]}, which is not there in the local Azure. ${service[2]} ${real}`;
  return `the ${role} "${type}" ${what} To start without this function, set AzureWebJobs.${functionName}.Disabled to true, in local.settings.json or local-azure.json.`;
}
