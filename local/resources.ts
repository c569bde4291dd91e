import type { ContainerDeclaration } from "./cosmos/index.ts";
import type { InputSchema, SubscriptionDeclaration } from "./eventgrid/index.ts";

/** A database with its containers. */
export interface DatabaseDeclaration {
  database: string;
  containers: ContainerDeclaration[];
}

/** An Event Grid subscription: to a function of the application, or to a webhook anywhere, which has to pass the handshake. */
export type TopicSubscription = Omit<SubscriptionDeclaration, "destination"> &
  ({ function: string; webhook?: undefined } | { webhook: string; function?: undefined });

export interface TopicDeclaration {
  topic: string;
  /** On Azure a topic takes EventGridSchema unless it is told otherwise; here it takes either then, and CloudEvents are warned of. */
  inputSchema?: InputSchema;
  subscriptions: TopicSubscription[];
}

/** What an application needs to be there, declared once: read by the local Azure, and on Azure by the templates. One of a kind, or a list of them. */
export interface Resources {
  cosmos?: Partial<DatabaseDeclaration> & { databases?: DatabaseDeclaration[] };
  eventGrid?: Partial<TopicDeclaration> & { topics?: TopicDeclaration[] };
  webPubSub?: { hub?: string; hubs?: string[] };
  /** Who may send; without it, anybody may. */
  sms?: { senders: string[] };
}

/** All databases, however they are declared. */
export function databasesOf({ cosmos = {} }: Resources): DatabaseDeclaration[] {
  const { database, containers = [], databases = [] } = cosmos;
  return database === undefined ? databases : [{ database, containers }, ...databases];
}

/** All topics, however they are declared. */
export function topicsOf({ eventGrid = {} }: Resources): TopicDeclaration[] {
  const { topic, topics = [], subscriptions = [], inputSchema } = eventGrid;
  if (topic === undefined) return topics;
  return [{ topic, subscriptions, ...(inputSchema === undefined ? {} : { inputSchema }) }, ...topics];
}

/** All hubs, or `undefined` when none is declared. */
export function hubsOf({ webPubSub }: Resources): string[] | undefined {
  if (webPubSub === undefined) return undefined;
  const { hub, hubs = [] } = webPubSub;
  return hub === undefined ? hubs : [hub, ...hubs];
}
