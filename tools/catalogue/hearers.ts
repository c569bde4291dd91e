import { type CremaEvent, type EventType, eventTypes } from "../../contracts/events.ts";
import { hearersIn } from "../../contracts/hearers.ts";
import { groups } from "../../contracts/push.ts";
import { type Transition, transitions } from "../../functions/orders/rules.ts";
import { type Push, pushesOf } from "../../functions/publisher/messages.ts";
import { type Core, coreResources, type Extension, extensionsIn, resourcesWith } from "../../infra/extensions.ts";
import { replayTargets } from "../../infra/replays.ts";
import { samples } from "../contracts/samples.ts";

/** The apps that receive events through Web PubSub. */
export const screens = ["customer", "barista", "display", "admin"] as const;
export type Screen = (typeof screens)[number];

/** A function that is subscribed to events, and what it does with them. */
export interface Subscriber {
  name: string;
  does: string;
  /** Whether events can be replayed to it. */
  hearsAgain: boolean;
  hears(type: EventType): boolean;
}

const doing: Record<string, string> = {
  workflows: "starts and resumes the order's workflow",
  deletions: "deletes what codes, orders and notices hold about a customer, or removes the customer from it",
  insights: "counts the figures of the day",
  publisher: "pushes to the screens, and closes connections that outlive a role",
};

/**
 * The subscribers of the stand's own events, including extensions; the publisher is last. @throws Error for a function of the core that has no
 * description
 */
export function subscribers(): Subscriber[] {
  const extensions = extensionsIn();
  const { subscriptions } = resourcesWith(coreResources<Core>(), extensions).eventGrid;
  const targets = replayTargets(subscriptions);
  const all = hearersIn(subscriptions).map(({ name, filter }) => ({
    name,
    does: doing[name] ?? described(name, extensions),
    hearsAgain: targets.has(name),
    hears: (type: EventType) => filter?.includedEventTypes?.includes(type) ?? true,
  }));
  return [...all.filter(({ name }) => name !== publisher), ...all.filter(({ name }) => name === publisher)];
}

/** The subscriber that sends events to the screens. */
export const publisher = "publisher";

/** What an extension declares as its purpose, as text that continues a sentence. */
function described(subscription: string, extensions: Extension[]): string {
  const found = extensions.find(({ subscriptions }) => subscriptions.some(({ name }) => name === subscription));
  if (found === undefined)
    throw new Error(`tools/catalogue/hearers.ts does not say what "${subscription}" does with events.`);
  const { description } = found;
  return `${description.slice(0, 1).toLowerCase()}${description.slice(1).replace(/\.$/, "")} (an extension)`;
}

/** The screens that receive an event of this type, for all states that its order may have. */
export function screensOf(type: EventType): Screen[] {
  const told = new Set(
    variantsOf(type)
      .flatMap(pushesTo)
      .flatMap((push) => push.groups),
  );
  const kind = (group: string) => [...told].some((each) => each.startsWith(group.replace(/x$/, "")));
  const [store, staff, display, admin, user] = [
    groups.store("x"),
    groups.staff("x"),
    groups.display("x"),
    groups.admin("x"),
    groups.user("x"),
  ].map(kind);
  const hears: Record<Screen, boolean | undefined> = {
    customer: store || user,
    barista: store || staff,
    display: store || display,
    admin: store || staff || admin,
  };
  return screens.filter((screen) => hears[screen]);
}

/** @throws Error if the publisher has no case for the event */
function pushesTo(event: CremaEvent): Push[] {
  try {
    return pushesOf(event);
  } catch (error) {
    const place = "functions/publisher/messages.ts: it needs a case there, and `npm run check` says where";
    throw new Error(`The publisher cannot tell ${event.type} (${(error as Error).message}), see ${place}.`);
  }
}

/** The variants of an event of this type, as far as they affect its receivers. */
function variantsOf(type: EventType): CremaEvent[] {
  const sample = samples().get(type);
  if (sample === undefined) throw new Error(`There is no sample of ${type}.`);
  if ("notice" in sample.data) {
    const { notice } = sample.data;
    const audiences = ["display", "bar", { customer: "customer-00000001" }] as const;
    return audiences.map((audience) => ({ ...sample, data: { notice: { ...notice, audience } } }) as CremaEvent);
  }
  const steps = stepsOf(type);
  if (!("order" in sample.data) || steps.length === 0) return [sample];
  const { number = 1, submittedAt = sample.time, ...order } = sample.data.order;
  return steps.flatMap(({ from, to }) =>
    from.map((state) => {
      const submitted = state !== "choosing" || to === "submitted";
      const numbered = ["queued", "making", "ready"].includes(state) || to === "queued";
      const stands = { ...order, state: to, ...(submitted && { submittedAt }), ...(numbered && { number }) };
      return { ...sample, data: { order: stands } } as CremaEvent;
    }),
  );
}

/** The transitions of an order that an event of this type reports. */
export const stepsOf = (type: EventType): Transition[] => transitions.filter(({ event }) => event === type);

/** A transition of an order as text: its states before and after, and who makes it. */
export const stepOf = ({ from, to, by }: Transition): string => `${from.join(", ")} → ${to} (${by})`;

/** The service that publishes the event, by the event's source; `extensions` for events that any extension may publish. */
export function tellerOf(type: EventType): string {
  const sample = samples().get(type);
  return sample === undefined || "notice" in sample.data ? "extensions" : (sample.source.split("/").at(-1) ?? "");
}

/** The types of events by their publisher. */
export const byTeller = (): Map<string, EventType[]> => Map.groupBy(eventTypes, tellerOf);
