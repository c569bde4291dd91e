import type { Ids } from "../../kernel/ids.ts";
import { readQuery } from "../http/address.ts";
import type { Binding, HttpRequestData, TypedData } from "../protocol.ts";
import { membersOf } from "../triggers/members.ts";
import { formatGuid, formatTime } from "./dotnet-formats.ts";
import { dotnetText } from "./dotnet-text.ts";

/** The values that binding expressions such as `{id}`, `{query.size}` or `{headers.x-user}` can refer to: the trigger's data. */
export type ExpressionData = Record<string, unknown>;

/** What expressions get from the host itself. */
export interface ExpressionSystem {
  ids: Ids;
  now: number;
  functionName: string;
}

/**
 * Reads the values for expressions from a trigger's data. Plain members of JSON are text in the form of .NET. For an HTTP trigger with streams the
 * values are in its metadata.
 *
 * Source: `ApplyBindingData` of the Functions host, `GetRequestBindingData` of the HTTP extension.
 */
export function expressionData(data: TypedData = {}, metadata: Record<string, TypedData> = {}): ExpressionData {
  if (data.http === undefined) return { ...known(metadata), ...jsonMembers(data.string ?? data.json) };
  const { Headers: headers, Query: query, ...params } = plain(metadata);
  return ofRequest(data.http, { headers: asObject(headers), query: asObject(query), params });
}

/** Of the same name, a parameter of the route takes precedence over one of the query, and that over a member of the body. */
function ofRequest(
  { url, body, nullableHeaders, nullableParams }: HttpRequestData,
  streamed: { headers: object; query: object; params: object },
): ExpressionData {
  const values = (given: Record<string, { value: string }>) =>
    Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value]));
  const sent = [...readQuery(URL.canParse(url) ? new URL(url).search : "")];
  const query = { ...streamed.query, ...Object.fromEntries(sent.map(([name, all]) => [name, all.at(-1) ?? ""])) };
  const members = jsonMembers(body === undefined ? undefined : Buffer.from(body.bytes).toString());
  // As on Azure, these two give way to members of their name.
  return {
    query,
    headers: { ...streamed.headers, ...values(nullableHeaders) },
    ...members,
    ...Object.fromEntries(Object.entries(query).filter(([name]) => name.toLowerCase() !== "code")),
    ...streamed.params,
    ...values(nullableParams),
  };
}

const jsonMembers = (text: string | undefined): Record<string, unknown> => plain(membersOf(parse(text)));

const plain = (metadata: Record<string, TypedData>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(metadata).map(([name, { string, json }]) => [name, string ?? parse(json)]));

/** A time in the form of `DateTimeOffset`. */
const offsetTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00$/;

/** The trigger's own metadata. Expressions cannot write the times among them: their type is one that .NET makes nothing of there. */
function known(metadata: Record<string, TypedData>): Record<string, unknown> {
  const withoutTimes = (value: unknown) => (typeof value === "string" && offsetTime.test(value) ? null : value);
  return Object.fromEntries(
    Object.entries(plain(metadata)).map(([name, value]) => [
      name,
      name === "Properties"
        ? Object.fromEntries(Object.entries(asObject(value)).map(([key, each]) => [key, withoutTimes(each)]))
        : withoutTimes(value),
    ]),
  );
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Doubled braces stand for themselves. */
const parts = /(\{\{|\}\})|\{([^{}]+)\}/g;

/** The names of the expressions in a text. */
export function expressionsIn(text: string): string[] {
  return [...text.matchAll(parts)].flatMap(([, , name]) => name ?? []);
}

/**
 * The text with its expressions replaced. `found` can insert something else instead, as a query does with parameters.
 * @throws Error in the host's words if the trigger has no such value.
 */
export function resolveBindingText(
  text: string,
  data: ExpressionData,
  system: ExpressionSystem,
  found: (name: string) => string = (name) => expressionText(name, data, system),
): string {
  return text.replace(parts, (_, brace: string | undefined, name: string) => brace?.slice(1) ?? found(name));
}

/** An option of a binding, resolved; `undefined` if it is missing. */
export function option(
  binding: Binding,
  name: string,
  data: ExpressionData,
  system: ExpressionSystem,
): string | undefined {
  const value = binding[name];
  return typeof value === "string" ? resolveBindingText(value, data, system) : undefined;
}

/** A value of the trigger by its name, whose case does not matter. @throws Error in the host's words if there is none */
export function triggerValue(name: string, data: ExpressionData): unknown {
  let value: unknown = data;
  for (const part of name.split(".")) {
    const entries = Object.entries(asObject(value));
    // As on Azure, the trigger's data takes precedence over its metadata.
    value = entries.findLast(([key]) => key.toLowerCase() === part.toLowerCase())?.[1];
  }
  if (value === undefined)
    throw new Error(
      `Unable to resolve binding parameter '${name}'. Binding expressions must map to a value provided by the trigger, or to a property of the value the trigger is bound to, or must be a system expression ({rand-guid}, {DateTime}).`,
    );
  return value;
}

const hasValue = (name: string, data: ExpressionData) =>
  Object.keys(data).some((key) => key.toLowerCase() === name.toLowerCase());

/** Of a form such as `{datetime:yyyy}`, the host itself gives a time or a GUID; a value of the trigger is text, on which a format has no effect. */
function expressionText(expression: string, data: ExpressionData, system: ExpressionSystem): string {
  const [, name = "", format] = /^([^:]*)(?::([\s\S]*))?$/.exec(expression) ?? [];
  const own = hasValue(expression, data) ? undefined : systemText(name.toLowerCase(), format?.trim(), system);
  if (own !== undefined) return own;
  const value = triggerValue(name, data);
  // Objects and lists leave nothing.
  if (typeof value === "object" && value !== null) return "";
  return dotnetText(value as string | number | boolean | null, isInJson(name));
}

/** Whether a value is within a member of JSON, where .NET takes texts for times. Members themselves are text already. */
const isInJson = (name: string) => name.includes(".") && !/^(?:headers|query|metadata|properties)\./i.test(name);

function systemText(name: string, format: string | undefined, { ids, now, functionName }: ExpressionSystem) {
  if (name === "rand-guid" || name === "sys.randguid") return formatGuid(ids.uuid(), format || "D");
  if (name === "datetime" || name === "sys.utcnow") return formatTime(now, format || "yyyy-MM-ddTHH-mm-ssK");
  return name === "sys.methodname" ? functionName : undefined;
}
