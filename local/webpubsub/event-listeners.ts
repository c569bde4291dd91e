import { type EventFilter, patternComplaint, wants } from "./event-filter.ts";

/** The system events for listeners; `connect` is only for handlers, which can respond. */
export const heardSystemEvents = ["connected", "disconnected"] as const;

/** An event hub, in the emulator or in a namespace. */
export interface EventHubEndpoint {
  type?: "EventHub";
  eventHubName: string;
  /** For a namespace or a single event hub. The service itself uses a managed identity and no key. */
  connectionString: string;
}

/** Receives the events of a hub and cannot respond, in the terms of the service's hub settings. Every listener that matches an event receives it. */
export interface EventListener {
  filter: EventFilter & { type?: "EventName" };
  endpoint: EventHubEndpoint;
}

/** The listeners that match an event. */
export const listenersOf = (
  listeners: readonly EventListener[],
  kind: "sys" | "user",
  event: string,
): readonly EventListener[] =>
  kind === "sys" && event === "connect" ? [] : listeners.filter(({ filter }) => wants(filter, kind, event));

/** @throws TypeError that says what is wrong with a listener's filter or endpoint. */
export function checkEventListener({ filter, endpoint }: EventListener): void {
  const { userEventPattern = "", systemEvents = [] } = filter;
  const unheard = systemEvents.find((event) => !heardSystemEvents.some((each) => each === event));
  const complaint =
    patternComplaint(userEventPattern) ??
    (unheard === undefined
      ? undefined
      : `listeners do not receive '${unheard}', only ${heardSystemEvents.join(" and ")}.`) ??
    eventHubComplaint(endpoint.eventHubName) ??
    connectionComplaint(endpoint);
  if (complaint !== undefined) throw new TypeError(`An event listener of Web PubSub: ${complaint}`);
}

/** What is wrong with the name of an event hub. */
export const eventHubComplaint = (name: string): string | undefined =>
  /^[A-Za-z0-9](?:[\w.-]{0,254}[A-Za-z0-9])?$/.test(name)
    ? undefined
    : `'${name}' is not the name of an event hub: letters, digits, dots, hyphens and underscores, a letter or digit at both ends.`;

/** An example of a connection string, for error messages. */
export const eventHubsExample =
  '"Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;" for the Event Hubs emulator, or that of a namespace with the right to send';

function connectionComplaint({ eventHubName, connectionString }: EventHubEndpoint): string | undefined {
  const parts = new Map(
    connectionString.split(";").map((part) => {
      const [key = "", ...value] = part.split("=");
      return [key.trim().toLowerCase(), value.join("=").trim()];
    }),
  );
  const signed =
    parts.get("sharedaccesssignature") || (parts.get("sharedaccesskeyname") && parts.get("sharedaccesskey"));
  if (!/^sb:\/\/[^/]/i.test(parts.get("endpoint") ?? "") || !signed)
    return `its connection string is not one of Event Hubs; an example is ${eventHubsExample}.`;
  const only = parts.get("entitypath");
  return only === undefined || only.toLowerCase() === eventHubName.toLowerCase()
    ? undefined
    : `its connection string is for the event hub '${only}', but eventHubName is '${eventHubName}'.`;
}
