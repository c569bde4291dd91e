import { fitsPattern } from "./role-patterns.ts";

/** What the service itself tells of a connection. Only `connect` waits for the answer, which may refuse it. */
export const systemEvents = ["connect", "connected", "disconnected"] as const;
export type SystemEvent = (typeof systemEvents)[number];

/** Which events are wanted. */
export interface EventFilter {
  /** Names of events that clients send, with commas between them; `*` for all. Default none. */
  userEventPattern?: string;
  /** Default none. */
  systemEvents?: readonly SystemEvent[];
}

/** Whether an event is among those that are wanted. The case of names does not count. */
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

/** What is wrong with the names of user events. */
export function patternComplaint(pattern: string): string | undefined {
  const bad = namesOf(pattern).find((name) => !/^(?:[\w.*?-]|\\[*?\\]){1,1024}$/.test(name));
  return bad === undefined ? undefined : `'${bad}' in userEventPattern is not the name of an event.`;
}

const namesOf = (pattern: string) =>
  pattern
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
