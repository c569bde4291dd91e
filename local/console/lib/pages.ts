import type { Component } from "svelte";

export interface Page {
  id: string;
  name: string;
  load(): Promise<{ default: Component }>;
}

/** The console's pages, in their order; each is a file that comes when it is opened. */
export const pages: readonly Page[] = [
  { id: "timeline", name: "Timeline", load: () => import("../pages/Timeline.svelte") },
  { id: "functions", name: "Functions", load: () => import("../pages/Functions.svelte") },
  { id: "durable", name: "Durable", load: () => import("../pages/Durable.svelte") },
  { id: "cosmos", name: "Cosmos DB", load: () => import("../pages/Cosmos.svelte") },
  { id: "eventgrid", name: "Event Grid", load: () => import("../pages/EventGrid.svelte") },
  { id: "webpubsub", name: "Web PubSub", load: () => import("../pages/WebPubSub.svelte") },
  { id: "sms", name: "SMS", load: () => import("../pages/Sms.svelte") },
  { id: "faults", name: "Faults", load: () => import("../pages/Faults.svelte") },
  { id: "clock", name: "Clock", load: () => import("../pages/Clock.svelte") },
  { id: "about", name: "Addresses", load: () => import("../pages/Addresses.svelte") },
];
