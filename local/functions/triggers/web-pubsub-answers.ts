import type { TypedData } from "../protocol.ts";
import { type ConnectionContext, contentTypeOf, type DataType, stateHeader } from "./web-pubsub-events.ts";

/** The webhook's response to the service. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A response that says that the event was not handled, with the reason; at `connect` it rejects the client. */
export const failed = (message: string, status = 500): Answer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: message,
});

/** Statuses by the extension's names for errors, in lower case, and by their numbers. */
const errors: Record<string, number> = { unauthorized: 401, usererror: 400, servererror: 500, 1: 401, 2: 400, 3: 500 };

const members = {
  connect: ["userId", "groups", "roles", "subprotocol", "states"],
  user: ["data", "dataType", "states"],
};

/**
 * Makes a response from a function's return value, for an event that the service waits for.
 * @param say logs what has no effect.
 */
export function answerOf(context: ConnectionContext, returned: TypedData | null, say: (why: string) => void): Answer {
  const value = valueIn(returned);
  if (value === undefined || value === null) return { status: 200 };
  if (typeof value === "string") {
    say(`it returned a string, which has no effect; return an object such as { data: "…", dataType: "text" }.`);
    return { status: 200 };
  }
  if (typeof value !== "object" || Array.isArray(value)) return failed("Response should be a JObject.");
  const given = value as Record<string, unknown>;
  const { code } = given;
  if (code !== undefined && code !== null && code !== 0 && String(code).toLowerCase() !== "success") {
    const status = errors[String(code).toLowerCase()];
    if (status === undefined)
      return failed(`'${code}' is not an error code; the codes are userError, unauthorized, serverError.`);
    return failed(typeof given.errorMessage === "string" ? given.errorMessage : "", status);
  }
  const connect = context.eventType === "System";
  const known = connect ? members.connect : members.user;
  const unknown = Object.keys(given).filter((name) => name !== "code" && !known.includes(name));
  if (unknown.length > 0)
    say(`${unknown.join(", ")} in its answer has no effect; an answer may have ${known.join(", ")}.`);
  const headers = stateHeader({ ...context.states, ...asObject(given.states) });
  return connect ? connectAnswer(given, headers) : userAnswer(given, headers);
}

function connectAnswer(given: Record<string, unknown>, headers: Record<string, string>): Answer {
  const { userId = null, groups = null, subprotocol = null, roles = null } = given;
  for (const [name, list] of Object.entries({ groups, roles }))
    if (list !== null && !(Array.isArray(list) && list.every((each) => typeof each === "string")))
      return failed(`"${name}" must be a list of strings.`);
  for (const [name, text] of Object.entries({ userId, subprotocol }))
    if (text !== null && typeof text !== "string") return failed(`"${name}" must be a string.`);
  const body = JSON.stringify({ userId, groups, subprotocol, roles });
  return { status: 200, headers: { ...headers, "content-type": contentTypeOf("json") }, body };
}

function userAnswer(given: Record<string, unknown>, headers: Record<string, string>): Answer {
  const dataType = String(given.dataType ?? "binary").toLowerCase();
  if (dataType !== "text" && dataType !== "json" && dataType !== "binary")
    return failed(`dataType is '${given.dataType}'; it must be text, json or binary.`);
  const body = dataOf(given.data);
  if (body === undefined) return failed("Message should be string, please stringify object.");
  return { status: 200, headers: { ...headers, "content-type": contentTypeOf(dataType as DataType) }, body };
}

/** Text, or a buffer that was serialized as JSON. */
function dataOf(data: unknown): string | Buffer | undefined {
  if (data === undefined || data === null) return "";
  if (typeof data === "string") return data;
  const { type, data: bytes } = asObject(data);
  return type === "Buffer" && Array.isArray(bytes) ? Buffer.from(bytes as number[]) : undefined;
}

function valueIn(returned: TypedData | null): unknown {
  if (returned === null) return undefined;
  const { json, string, bytes, int, double } = returned;
  if (json !== undefined) return JSON.parse(json);
  return string ?? (bytes === undefined ? (int ?? double) : Buffer.from(bytes).toString());
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
