import type { Container } from "@azure/cosmos";
import type { EventGridPublisherClient } from "@azure/eventgrid";
import type { Extension } from "../../infra/extensions.ts";
import type { DeadLetters } from "./letters.ts";

/** Where the extension for Durable Functions answers, and the key that it asks for. */
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
  /** The extensions that it runs with. */
  extensions(): Promise<Extension[]>;
  /** Its clock, in ms since the epoch: that of a local stand can be moved. */
  now(): Promise<number>;
  close(): void;
}
