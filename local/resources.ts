import type { ContainerDeclaration } from "./cosmos/index.ts";
import type { SubscriptionDeclaration } from "./eventgrid/index.ts";

/** An Event Grid subscription whose destination is a function of the application. */
export type FunctionSubscription = Omit<SubscriptionDeclaration, "destination"> & { function: string };

/** What an application needs to be there, declared once: read by the local Azure, and on Azure by the templates. */
export interface Resources {
  cosmos?: { database: string; containers: ContainerDeclaration[] };
  eventGrid?: { topic: string; subscriptions: FunctionSubscription[] };
  webPubSub?: { hub: string };
}
