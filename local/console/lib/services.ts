import type { Service, Span } from "../../recorder/span.ts";

/** The services in the order in which pages have them, with their names. */
export const services: readonly { id: Service; name: string }[] = [
  { id: "functions", name: "Functions" },
  { id: "durable", name: "Durable" },
  { id: "cosmos", name: "Cosmos DB" },
  { id: "eventgrid", name: "Event Grid" },
  { id: "webpubsub", name: "Web PubSub" },
  { id: "sms", name: "SMS" },
];

/** What pages call a service; its id where they have no name for it. */
export const nameOf = (service: Service): string => services.find(({ id }) => id === service)?.name ?? service;

/** What kind of outcome a span had, in a word; nothing for one that went well. */
export function outcomeOf({ outcome, status }: Pick<Span, "outcome" | "status">): string {
  if (outcome === "ok") return "";
  if (outcome === "running") return "running";
  return status === undefined ? outcome : `${outcome} ${status}`;
}
