import type { Service, Span } from "../../recorder/span.ts";

/** The services in page order, with their names. */
export const services: readonly { id: Service; name: string }[] = [
  { id: "functions", name: "Functions" },
  { id: "durable", name: "Durable" },
  { id: "cosmos", name: "Cosmos DB" },
  { id: "eventgrid", name: "Event Grid" },
  { id: "webpubsub", name: "Web PubSub" },
  { id: "sms", name: "SMS" },
];

/** The display name of a service, or its id. */
export const nameOf = (service: Service): string => services.find(({ id }) => id === service)?.name ?? service;

/** The outcome of a span in a word; nothing if it succeeded. */
export function outcomeOf({ outcome, status }: Pick<Span, "outcome" | "status">): string {
  if (outcome === "ok") return "";
  if (outcome === "running") return "running";
  return status === undefined ? outcome : `${outcome} ${status}`;
}
