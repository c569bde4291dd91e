import type { EventType } from "../../../contracts/events.ts";
import type { JourneyStep, JourneyWhat, SharedStep } from "../../../contracts/journey.ts";

/** A place in the repository. */
export interface Place {
  path: string;
  /** The anchor of a heading. */
  at?: string;
}

/** What is behind a step: the function that published its event, and what the workflow did. */
export interface Behind {
  /** Name of the function in Azure. */
  teller: string;
  told: Place;
  workflow: Place;
  /** The change feed that delivers the event. */
  outbox: "outbox-codes" | "outbox-orders";
}

const workflow: Place = { path: "orchestrators/order.ts" };
const byWorkflow = (teller: string, path: string): Behind => ({
  teller,
  told: { path },
  workflow,
  outbox: "outbox-orders",
});
const byPerson = (command: string): Behind => byWorkflow(`orders-${command}`, "functions/orders/rules.ts");

/** A test checks these names and places against the application. */
export const behind: Record<JourneyWhat, Behind> = {
  scanned: {
    teller: "codes-scan",
    told: { path: "functions/codes/scan.ts" },
    workflow: { path: "orchestrators/deliver.ts" },
    outbox: "outbox-codes",
  },
  admitted: byWorkflow("orders-admit", "functions/orders/admit.ts"),
  refused: byWorkflow("orders-admit", "functions/orders/admit.ts"),
  submitted: byPerson("submit"),
  queued: { ...byPerson("submit"), told: { path: "functions/orders/numbering.ts" } },
  claimed: byPerson("claim"),
  released: byPerson("release"),
  ready: byPerson("ready"),
  collected: byPerson("collect"),
  uncollected: byPerson("give-up"),
  called: byPerson("call"),
  recalled: { ...byPerson("recall"), workflow: { path: "orchestrators/deliver.ts" } },
  cancelled: byPerson("cancel"),
  expired: byWorkflow("orders-expire", "functions/orders/steps.ts"),
};

const placed: Behind = {
  ...byWorkflow("orders-place", "functions/orders/place.ts"),
  workflow: { path: "orchestrators/deliver.ts" },
};
/** The same for steps that a barista took at the counter. */
export const behindAtCounter = { admitted: placed, submitted: placed };
/** Which of them a step is; undefined for all others. */
export function atCounter({ what, who }: JourneyStep | SharedStep): keyof typeof behindAtCounter | undefined {
  return who.part === "counter" && (what === "admitted" || what === "submitted") ? what : undefined;
}

export const carriedIn: Place = { path: "functions/outbox/index.ts" };

/** Where the code of each subscriber is. */
const hearers: Record<string, Place> = {
  workflows: { path: "orchestrators/deliver.ts" },
  publisher: { path: "functions/publisher/publish.ts" },
  insights: { path: "functions/insights/index.ts" },
  deletions: { path: "functions/platform/personal-data.ts" },
};
/** Where the code of a subscription's receiver is; undefined for an extension's. */
export const hearerIn = (name: string): Place | undefined => hearers[name];
/** Where the code of an extension is. */
export const extensionIn = (name: string): Place => ({ path: `functions/extensions/${name}/index.ts` });

/** Where the tour for readers of the code describes a step: a heading. */
export const tour: Record<JourneyWhat, Place> = {
  scanned: { path: "docs/tour.md", at: "1-the-scan" },
  admitted: { path: "docs/tour.md", at: "3-the-workflow-lets-it-in" },
  refused: { path: "docs/tour.md", at: "3-the-workflow-lets-it-in" },
  submitted: { path: "docs/tour.md", at: "4-the-drink" },
  queued: { path: "docs/tour.md", at: "5-the-number" },
  claimed: { path: "docs/tour.md", at: "6-the-bar" },
  released: { path: "docs/tour.md", at: "6-the-bar" },
  ready: { path: "docs/tour.md", at: "7-ready" },
  collected: { path: "docs/tour.md", at: "7-ready" },
  uncollected: { path: "docs/tour.md", at: "8-other-ends" },
  called: { path: "docs/tour.md", at: "7-ready" },
  recalled: { path: "docs/tour.md", at: "8-other-ends" },
  cancelled: { path: "docs/tour.md", at: "8-other-ends" },
  expired: { path: "docs/tour.md", at: "8-other-ends" },
};

export const tourAtCounter: Place = { path: "docs/tour.md", at: "9-without-a-phone" };

/** A subscription, as declared in `infra/resources.json` and `contracts/hearers.ts`. */
export interface Subscription {
  name: string;
  /** If missing: every type. */
  types?: readonly string[] | undefined;
}

/** The subscriptions whose filter matches events of this type. */
export function heardBy(type: EventType, subscriptions: Subscription[]): string[] {
  return subscriptions.filter(({ types }) => types === undefined || types.includes(type)).map(({ name }) => name);
}

/** The address of a place below the base URL of the repository's files; undefined if the build does not know that URL. */
export function addressOf({ path, at }: Place, source: string | undefined): string | undefined {
  return source === undefined ? undefined : `${source}${path}${at === undefined ? "" : `#${at}`}`;
}
