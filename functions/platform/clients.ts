import { SmsClient } from "@azure/communication-sms";
import type { TokenCredential } from "@azure/core-auth";
import { type Container, CosmosClient, type CosmosClientOptions } from "@azure/cosmos";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { hub } from "../../contracts/push.ts";
import { fewerPlans } from "./query-plans.ts";
import { retriesWith } from "./retry-with.ts";
import { settings } from "./settings.ts";

/**
 * One client of each Azure service per process. It uses a key or connection string if there is one, otherwise the app's managed identity.
 * A service may be reached over plain http only with a key: no token is ever sent unencrypted (the SDKs refuse it too).
 */
const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
};

const credential = once(async (): Promise<TokenCredential> => {
  const { DefaultAzureCredential } = await import("@azure/identity");
  return new DefaultAzureCredential();
});

const insecure = (endpoint: string) => ({ allowInsecureConnection: endpoint.startsWith("http:") });
const endpointOf = (connectionString: string) => /endpoint=([^;]+)/i.exec(connectionString)?.[1] ?? "";

/** The option is missing in the client's types. */
const plugins = { plugins: [fewerPlans, retriesWith] } as Partial<CosmosClientOptions>;

const cosmos = once(async () => {
  const { cosmos } = settings();
  return "connectionString" in cosmos
    ? new CosmosClient({ connectionString: cosmos.connectionString, ...plugins })
    : new CosmosClient({ endpoint: cosmos.endpoint, aadCredentials: await credential(), ...plugins });
});

export const database = "crema";
/** The containers that services write to. */
export const containerNames = ["config", "catalog", "codes", "orders", "identity", "insights", "tries"] as const;
export type ContainerName = (typeof containerNames)[number];

/** A container of the database. A service writes only its own containers, and all count rate limits in `tries`. */
export async function container(name: ContainerName): Promise<Container> {
  return containerNamed(name);
}

/** A container that an extension has declared for itself. */
export async function containerNamed(name: string): Promise<Container> {
  return (await cosmos()).database(database).container(name);
}

export const eventGrid = once(async () => {
  const { endpoint, key } = settings().eventGrid;
  return key
    ? new EventGridPublisherClient(endpoint, "CloudEvent", new AzureKeyCredential(key), insecure(endpoint))
    : new EventGridPublisherClient(endpoint, "CloudEvent", await credential());
});

export const webPubSub = once(async () => {
  const { webPubSub } = settings();
  return "connectionString" in webPubSub
    ? new WebPubSubServiceClient(webPubSub.connectionString, hub, insecure(endpointOf(webPubSub.connectionString)))
    : new WebPubSubServiceClient(webPubSub.endpoint, await credential(), hub);
});

export const sms = once(async () => {
  const { sms } = settings();
  if (sms.channel === "console") throw new Error("With SMS_CHANNEL console nothing is sent by SMS.");
  return "connectionString" in sms
    ? new SmsClient(sms.connectionString, insecure(endpointOf(sms.connectionString)))
    : new SmsClient(sms.endpoint, await credential());
});
