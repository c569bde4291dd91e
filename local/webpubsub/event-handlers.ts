import { fitsPattern } from "./role-patterns.ts";

/** What the service itself tells of a connection. Only `connect` waits for the answer, which may refuse it. */
export const systemEvents = ["connect", "connected", "disconnected"] as const;
export type SystemEvent = (typeof systemEvents)[number];

/** Where events of a hub go, in the words of the service's hub settings. The first handler that wants an event gets it. */
export interface EventHandler {
  /** An address with `{hub}` and `{event}` in it, or not; a function is asked each time, for one that is known only later. */
  urlTemplate: string | (() => string);
  /** Names of events that clients send, with commas between them; `*` for all. Default none. */
  userEventPattern?: string;
  /** Default none. */
  systemEvents?: readonly SystemEvent[];
  auth?: { type: "None" };
  /** Whether it is a part of this process that records what an event leads to. */
  recorded?: boolean;
}

/** Settings of one hub. */
export interface HubSettings {
  eventHandlers?: readonly EventHandler[];
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
  return `urlTemplate '${template}' is no address such as http://localhost:8080/events/{hub}/{event}.`;
}

/** What is wrong with the names of user events. */
export function patternComplaint(pattern: string): string | undefined {
  const bad = namesOf(pattern).find((name) => !/^(?:[\w.*?-]|\\[*?\\]){1,1024}$/.test(name));
  return bad === undefined ? undefined : `'${bad}' in userEventPattern is no name of an event.`;
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

/** The handler of an event, if there is one. The case of names does not count. */
export function handlerOf(
  handlers: readonly EventHandler[],
  kind: "sys" | "user",
  event: string,
): EventHandler | undefined {
  const name = event.toLowerCase();
  return handlers.find(({ userEventPattern = "", systemEvents: events = [] }) =>
    kind === "sys"
      ? events.some((each) => each === name)
      : namesOf(userEventPattern).some((each) => each === "*" || fitsPattern(each.toLowerCase(), name)),
  );
}

const namesOf = (pattern: string) =>
  pattern
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

const resolved = (template: string, hub: string, event: string) =>
  template.replace(/\{(hub|event)\}/gi, (_, name: string) =>
    encodeURIComponent(name.toLowerCase() === "hub" ? hub : event),
  );
