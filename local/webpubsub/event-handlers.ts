import { type EventFilter, patternComplaint, systemEvents, wants } from "./event-filter.ts";
import type { EventListener } from "./event-listeners.ts";

/** Where the events of a hub are sent, in the terms of the service's hub settings. The first handler that matches an event gets it. */
export interface EventHandler extends EventFilter {
  /** An address that may contain `{hub}` and `{event}`. A function is called each time, for an address that is known only later. */
  urlTemplate: string | (() => string);
  auth?: { type: "None" };
  /** Whether the handler is in this process and records the effects of an event. */
  recorded?: boolean;
}

/** Settings of one hub. */
export interface HubSettings {
  eventHandlers?: readonly EventHandler[];
  eventListeners?: readonly EventListener[];
  /** Whether clients may connect without a token; default `Deny`. */
  anonymousConnectPolicy?: "Allow" | "Deny";
}

/** @throws TypeError that says what is wrong with a handler's address or pattern. */
export function checkEventHandler({ urlTemplate, userEventPattern, systemEvents: events }: EventHandler): void {
  const complaint =
    (typeof urlTemplate === "string" ? urlComplaint(urlTemplate) : undefined) ??
    patternComplaint(userEventPattern ?? "") ??
    events
      ?.map((event) => (systemEvents.includes(event) ? undefined : `there is no system event '${event}'.`))
      .find((why) => why !== undefined);
  if (complaint !== undefined) throw new TypeError(`An event handler of Web PubSub: ${complaint}`);
}

/** What is wrong with a URL template. */
export function urlComplaint(template: string): string | undefined {
  if (/@Microsoft\.KeyVault/i.test(template))
    return "references to Key Vault are not emulated in urlTemplate; write the secret itself.";
  const address = resolved(template, "hub", "event");
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return undefined;
  return `urlTemplate '${template}' is not an address such as http://localhost:8080/events/{hub}/{event}.`;
}

/** The address for one event. */
export function urlFor({ urlTemplate }: EventHandler, hub: string, event: string): URL | undefined {
  try {
    const address = typeof urlTemplate === "string" ? resolved(urlTemplate, hub, event) : urlTemplate();
    return URL.canParse(address) ? new URL(address) : undefined;
  } catch {
    return undefined;
  }
}

/** The handler of an event, if any. */
export const handlerOf = (
  handlers: readonly EventHandler[],
  kind: "sys" | "user",
  event: string,
): EventHandler | undefined => handlers.find((handler) => wants(handler, kind, event));

const resolved = (template: string, hub: string, event: string) =>
  template.replace(/\{(hub|event)\}/gi, (_, name: string) =>
    encodeURIComponent(name.toLowerCase() === "hub" ? hub : event),
  );
