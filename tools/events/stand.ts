import type { Container } from "@azure/cosmos";
import type { EventGridPublisherClient } from "@azure/eventgrid";
import type { Extension } from "../../infra/extensions.ts";
import type { DeadLetters } from "./letters.ts";

/** The address and the key of the Durable Functions extension. */
export interface Workflows {
  origin: string;
  key: string;
}

/** A running stand, as an operator reaches it: on this machine, or on Azure. */
export interface Stand {
  /** For people: where it runs. */
  name: string;
  storeId: string;
  container(name: "orders" | "codes" | "catalog"): Container;
  topic: EventGridPublisherClient<"CloudEvent">;
  deadLetters: DeadLetters;
  workflows(): Promise<Workflows>;
  /** The extensions of the stand. */
  extensions(): Promise<Extension[]>;
  /** Its clock, in ms since the epoch; a local stand's can be moved. */
  now(): Promise<number>;
  close(): void;
}
