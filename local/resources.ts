import type { ContainerDeclaration } from "./cosmos/index.ts";
import type {
  DeadLetterContainer,
  Destination,
  InputSchema,
  QueueDestination,
  SubscriptionDeclaration,
} from "./eventgrid/index.ts";
import { hostSetting, type StorageAccount } from "./functions/storage/account.ts";
import { resourceId } from "./sms/events.ts";
import type { EventHandler, EventListener, HubSettings } from "./webpubsub/index.ts";

/** A database with its containers. */
export interface DatabaseDeclaration {
  database: string;
  containers: ContainerDeclaration[];
}

/** A queue or a container of blobs, in the storage account that a setting of the application leads to. */
interface InStorage {
  /** The name of the setting; AzureWebJobsStorage when it is left out. */
  connection?: string;
}

/** Where a subscription delivers to: a function of the application, a webhook anywhere, which has to pass the handshake, or a queue. */
type Target =
  | { function: string; webhook?: undefined; queue?: undefined }
  | { webhook: string; function?: undefined; queue?: undefined }
  | { queue: InStorage & Omit<QueueDestination, "account">; function?: undefined; webhook?: undefined };

/** An Event Grid subscription as it is declared: what leads to storage names a setting. */
export type TopicSubscription = Omit<SubscriptionDeclaration, "destination" | "deadLetter"> &
  Target & { deadLetter?: InStorage & Omit<DeadLetterContainer, "account"> };

/**
 * A subscription with its storage accounts and its destination, or nothing when that cannot be told yet.
 * @param urlOf the address of a function; `undefined` while there are no functions.
 * @param accountOf the storage account that a setting leads to. What it throws is thrown on with the subscription's name.
 */
export function subscriptionFor(
  { function: name, webhook, queue, deadLetter, ...declared }: TopicSubscription,
  urlOf: ((functionName: string) => string) | undefined,
  accountOf: (setting: string) => StorageAccount,
): SubscriptionDeclaration | undefined {
  const accountFor = ({ connection = hostSetting }: InStorage) => {
    try {
      return accountOf(connection);
    } catch (error) {
      throw new Error(`The Event Grid subscription ${declared.name}: ${(error as Error).message}`);
    }
  };
  const destinationOf = (): Destination | undefined => {
    if (webhook !== undefined) return { url: webhook, handshake: true };
    if (queue !== undefined) {
      const { connection: _, ...own } = queue;
      return { ...own, account: accountFor(queue) };
    }
    return urlOf && { url: urlOf(name), recorded: true };
  };
  const destination = destinationOf();
  if (destination === undefined) return undefined;
  if (deadLetter === undefined) return { ...declared, destination };
  const { blobContainerName } = deadLetter;
  return { ...declared, destination, deadLetter: { blobContainerName, account: accountFor(deadLetter) } };
}

export interface TopicDeclaration {
  topic: string;
  /** On Azure a topic takes EventGridSchema unless it is told otherwise; here it takes either then, and CloudEvents are warned of. */
  inputSchema?: InputSchema;
  subscriptions: TopicSubscription[];
}

/** The tiers of continuous backup of a Cosmos DB account, as Azure names them. */
export const backupTiers = ["Continuous7Days", "Continuous30Days"] as const;

export interface CosmosDeclaration extends Partial<DatabaseDeclaration> {
  databases?: DatabaseDeclaration[];
  /** Keeps each change of the items for so long, for the change feed of all versions and deletes. */
  allVersionsAndDeletes?: (typeof backupTiers)[number];
  /** Takes any Entra ID token over https; nothing of it is checked. */
  entraTokens?: "unchecked";
}

/** Where events of a hub go: to an address, or to the functions of the application that have a Web PubSub trigger. */
export type HubEventHandler = Omit<EventHandler, "urlTemplate" | "recorded"> &
  ({ urlTemplate: string; functions?: undefined } | { functions: true; urlTemplate?: undefined });

/** What is told of the events of a hub: an event hub, with the setting that leads to it. */
export interface HubEventListener extends Omit<EventListener, "endpoint"> {
  endpoint: Omit<EventListener["endpoint"], "connectionString"> & { connection: string };
}

export interface HubDeclaration extends Omit<HubSettings, "eventHandlers" | "eventListeners"> {
  hub: string;
  eventHandlers?: HubEventHandler[];
  eventListeners?: HubEventListener[];
}

/** What an application needs to be there, declared once: read by the local Azure, and on Azure by the templates. One of a kind, or a list of them. */
export interface Resources {
  cosmos?: CosmosDeclaration;
  eventGrid?: Partial<TopicDeclaration> & { topics?: TopicDeclaration[] };
  webPubSub?: Partial<HubDeclaration> & { hubs?: (string | HubDeclaration)[] };
  /** Who may send (without it, anybody may), and who hears of delivery reports and of messages that come in. */
  sms?: { senders?: string[]; subscriptions?: TopicSubscription[] };
}

/** All databases, however they are declared. */
export function databasesOf({ cosmos = {} }: Resources): DatabaseDeclaration[] {
  const { database, containers = [], databases = [] } = cosmos;
  return database === undefined ? databases : [{ database, containers }, ...databases];
}

/** How long each change of an item is kept, in milliseconds; nothing when only the latest versions are. */
export function retentionOf({ cosmos = {} }: Resources): { milliseconds: number } | undefined {
  const { allVersionsAndDeletes: tier } = cosmos;
  return tier && { milliseconds: (tier === "Continuous7Days" ? 7 : 30) * 24 * 3_600_000 };
}

/** All topics, however they are declared. */
export function topicsOf({ eventGrid = {} }: Resources): TopicDeclaration[] {
  const { topic, topics = [], subscriptions = [], inputSchema } = eventGrid;
  if (topic === undefined) return topics;
  return [{ topic, subscriptions, ...(inputSchema === undefined ? {} : { inputSchema }) }, ...topics];
}

/** The topics of resources, to which nobody else can publish, with the ids of the resources; those to which anybody has subscribed. */
export function systemTopicsOf({ sms }: Resources): (TopicDeclaration & { source: string })[] {
  const { subscriptions = [] } = sms ?? {};
  if (subscriptions.length === 0) return [];
  return [{ topic: communicationTopic, source: resourceId, inputSchema: "EventGridSchema", subscriptions }];
}

/** The name of the system topic of Communication Services. */
export const communicationTopic = "communication-services";

/** All hubs with their settings, or `undefined` when none is declared. */
export function hubsOf({ webPubSub }: Resources): HubDeclaration[] | undefined {
  if (webPubSub === undefined) return undefined;
  const { hub, hubs = [], ...settings } = webPubSub;
  const all = hubs.map((each) => (typeof each === "string" ? { hub: each } : each));
  return hub === undefined ? all : [{ hub, ...settings }, ...all];
}
