import type { Component } from "svelte";

export interface Page {
  id: string;
  name: string;
  load(): Promise<{ default: Component }>;
}

/** The console's pages, in their order; each is a file that comes when it is opened. */
export const pages: readonly Page[] = [
  { id: "timeline", name: "Timeline", load: () => import("../pages/Timeline.svelte") },
  { id: "durable", name: "Durable", load: () => import("../pages/Durable.svelte") },
  { id: "clock", name: "Clock", load: () => import("../pages/Clock.svelte") },
  { id: "about", name: "Addresses", load: () => import("../pages/Addresses.svelte") },
];
