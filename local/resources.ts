import type { ConsistencyLevel } from "./cosmos/consistency.ts";
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

/** A queue or a blob container, in the storage account that a setting of the application points to. */
interface InStorage {
  /** The name of the setting. Default: AzureWebJobsStorage. */
  connection?: string;
}

/** The destination of a subscription: a function of the application, any webhook, which has to pass the handshake, or a queue. */
type Target =
  | { function: string; webhook?: undefined; queue?: undefined }
  | { webhook: string; function?: undefined; queue?: undefined }
  | { queue: InStorage & Omit<QueueDestination, "account">; function?: undefined; webhook?: undefined };

/** An Event Grid subscription as declared: storage accounts are given as names of settings. */
export type TopicSubscription = Omit<SubscriptionDeclaration, "destination" | "deadLetter"> &
  Target & { deadLetter?: InStorage & Omit<DeadLetterContainer, "account"> };

/**
 * Resolves a subscription's storage accounts and destination. Returns `undefined` while its destination is not known yet.
 * @param urlOf the address of a function; `undefined` while there are no functions.
 * @param accountOf the storage account that a setting points to. Its errors are rethrown with the subscription's name.
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
  /** On Azure the default is EventGridSchema. Here the default takes both schemas, with a warning for CloudEvents. */
  inputSchema?: InputSchema;
  subscriptions: TopicSubscription[];
}

/** The tiers of continuous backup of a Cosmos DB account, as Azure names them. */
export const backupTiers = ["Continuous7Days", "Continuous30Days"] as const;

export interface CosmosDeclaration extends Partial<DatabaseDeclaration> {
  databases?: DatabaseDeclaration[];
  /** For the change feed of all versions and deletes: how long each change of an item is kept. */
  allVersionsAndDeletes?: (typeof backupTiers)[number];
  /** The account's consistency; Session if it is left out. */
  consistency?: ConsistencyLevel;
  /** Takes any Entra ID token over https, without validating it. */
  entraTokens?: "unchecked";
}

/** The destination of a hub's events: a URL, or the functions of the application that have a Web PubSub trigger. */
export type HubEventHandler = Omit<EventHandler, "urlTemplate" | "recorded"> &
  ({ urlTemplate: string; functions?: undefined } | { functions: true; urlTemplate?: undefined });

/** An event listener of a hub: an event hub, with the setting that points to it. */
export interface HubEventListener extends Omit<EventListener, "endpoint"> {
  endpoint: Omit<EventListener["endpoint"], "connectionString"> & { connection: string };
}

export interface HubDeclaration extends Omit<HubSettings, "eventHandlers" | "eventListeners"> {
  hub: string;
  eventHandlers?: HubEventHandler[];
  eventListeners?: HubEventListener[];
}

/**
 * The resources that an application needs, declared once. The local Azure reads them, and on Azure the templates do. Each kind is declared as one
 * resource or as a list.
 */
export interface Resources {
  cosmos?: CosmosDeclaration;
  eventGrid?: Partial<TopicDeclaration> & { topics?: TopicDeclaration[] };
  webPubSub?: Partial<HubDeclaration> & { hubs?: (string | HubDeclaration)[] };
  /** Who may send (default: anybody), and the subscriptions to delivery reports and received messages. */
  sms?: { senders?: string[]; subscriptions?: TopicSubscription[] };
}

/** All databases, in whichever form they are declared. */
export function databasesOf({ cosmos = {} }: Resources): DatabaseDeclaration[] {
  const { database, containers = [], databases = [] } = cosmos;
  return database === undefined ? databases : [{ database, containers }, ...databases];
}

/** How long each change of an item is kept, in milliseconds; `undefined` if only the latest versions are kept. */
export function retentionOf({ cosmos = {} }: Resources): { milliseconds: number } | undefined {
  const { allVersionsAndDeletes: tier } = cosmos;
  return tier && { milliseconds: (tier === "Continuous7Days" ? 7 : 30) * 24 * 3_600_000 };
}

/** All topics, in whichever form they are declared. */
export function topicsOf({ eventGrid = {} }: Resources): TopicDeclaration[] {
  const { topic, topics = [], subscriptions = [], inputSchema } = eventGrid;
  if (topic === undefined) return topics;
  return [{ topic, subscriptions, ...(inputSchema === undefined ? {} : { inputSchema }) }, ...topics];
}

/** The system topics that have subscriptions, each with the id of its resource. Only the resource publishes to a system topic. */
export function systemTopicsOf({ sms }: Resources): (TopicDeclaration & { source: string })[] {
  const { subscriptions = [] } = sms ?? {};
  if (subscriptions.length === 0) return [];
  return [{ topic: communicationTopic, source: resourceId, inputSchema: "EventGridSchema", subscriptions }];
}

/** The name of the system topic of Communication Services. */
export const communicationTopic = "communication-services";

/** All hubs with their settings, or `undefined` if no hub is declared. */
export function hubsOf({ webPubSub }: Resources): HubDeclaration[] | undefined {
  if (webPubSub === undefined) return undefined;
  const { hub, hubs = [], ...settings } = webPubSub;
  const all = hubs.map((each) => (typeof each === "string" ? { hub: each } : each));
  return hub === undefined ? all : [{ hub, ...settings }, ...all];
}
