import type { IncomingMessage } from "node:http";
import type { HandlerReply } from "./handler-calls.ts";
import { groupRule, isGroupName } from "./names.ts";
import { offered } from "./subprotocols.ts";
import type { Claims } from "./token.ts";

/** An event handler's decision on a new connection: what it says instead of the token. */
export interface ConnectAnswer {
  /** Empty for no user, whatever the token says. */
  userId?: string;
  /** Empty for no roles, whatever the token says. */
  roles?: string[];
  /** Never empty: an empty list leaves the token's groups. */
  groups?: string[];
  subprotocol?: string;
}

/** The body of the `connect` event: everything in the client's request except its token. */
export function connectBody(request: IncomingMessage, url: URL, claims: Claims): string {
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) {
    if (name.toLowerCase() === "access_token") continue;
    query[name] ??= [];
    query[name].push(value);
  }
  const headers = Object.entries(request.headersDistinct).filter(([name]) => name !== "authorization");
  return JSON.stringify({
    claims: Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map(textOf)]),
    ),
    query,
    headers: Object.fromEntries(headers),
    subprotocols: offered(request),
    clientCertificates: [],
  });
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const listed = ["roles", "groups"] as const;

/** Parses a handler's response to `connect`; a string is the error. `unknown` are members that the service does not know. */
export function connectAnswer({ body }: HandlerReply): (ConnectAnswer & { unknown: string[] }) | string {
  if (body.length === 0) return { unknown: [] };
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`;
  }
  if (value === null) return { unknown: [] };
  if (typeof value !== "object" || Array.isArray(value)) return "it is not a JSON object";
  const given = value as Record<string, unknown>;
  const answer: ConnectAnswer & { unknown: string[] } = { unknown: [] };
  for (const [name, member] of Object.entries(given)) {
    const list = listed.find((each) => each === name);
    if (member === null || member === undefined) continue;
    if (list !== undefined) {
      if (!Array.isArray(member) || !member.every((each) => typeof each === "string" && each !== ""))
        return `${name} must be a list of names`;
      if (name === "groups" && !member.every(isGroupName)) return `each of the groups must be ${groupRule}`;
      if (list === "roles" || member.length > 0) answer[list] = member;
    } else if (name === "userId" || name === "subprotocol") {
      if (typeof member !== "string") return `${name} must be a string`;
      if (name === "userId" || member !== "") answer[name] = member;
    } else answer.unknown.push(name);
  }
  return answer;
}
