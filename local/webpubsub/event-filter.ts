import { fitsPattern } from "./role-patterns.ts";

/** The service's own events of a connection. Only `connect` awaits the response, which may refuse the connection. */
export const systemEvents = ["connect", "connected", "disconnected"] as const;
export type SystemEvent = (typeof systemEvents)[number];

/** Selects events. */
export interface EventFilter {
  /** Comma-separated names of client events; `*` for all. Default none. */
  userEventPattern?: string;
  /** Default none. */
  systemEvents?: readonly SystemEvent[];
}

/** Whether the filter matches an event. Names are case-insensitive. */
export function wants(
  { userEventPattern = "", systemEvents: events = [] }: EventFilter,
  kind: "sys" | "user",
  event: string,
): boolean {
  const name = event.toLowerCase();
  return kind === "sys"
    ? events.some((each) => each === name)
    : namesOf(userEventPattern).some((each) => each === "*" || fitsPattern(each.toLowerCase(), name));
}

/** What is wrong with a pattern of user events. */
export function patternComplaint(pattern: string): string | undefined {
  const bad = namesOf(pattern).find((name) => !/^(?:[\w.*?-]|\\[*?\\]){1,1024}$/.test(name));
  return bad === undefined ? undefined : `'${bad}' in userEventPattern is not the name of an event.`;
}

const namesOf = (pattern: string) =>
  pattern
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
