import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A Web PubSub service that may send events: its host, and its signing key. */
export interface Access {
  host: string;
  key: string | undefined;
}

/** Parses the connection string of a service; `undefined` if it names no endpoint. */
export function accessOf(connectionString: string): Access | undefined {
  const parts = new Map(
    connectionString.split(";").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1)] as const;
    }),
  );
  const endpoint = parts.get("endpoint") ?? "";
  if (!URL.canParse(endpoint)) return undefined;
  return { host: new URL(endpoint).host, key: parts.get("accesskey") };
}

const listed = (header: string | string[] | undefined): string[] =>
  String(header ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");

/** Whether the request comes from one of these services; without any, every origin is allowed. */
export function isKnownOrigin(accesses: readonly Access[], headers: IncomingHttpHeaders): boolean {
  return accesses.length === 0 || accessesFor(accesses, headers).length > 0;
}

/** Whether a known service signed the connection's id. A service without a key needs no signature. */
export function isSigned(accesses: readonly Access[], headers: IncomingHttpHeaders): boolean {
  if (accesses.length === 0) return true;
  const [access] = accessesFor(accesses, headers);
  if (access === undefined) return false;
  if (access.key === undefined) return true;
  const expected = createHmac("sha256", access.key).update(String(headers["ce-connectionid"])).digest("hex");
  return listed(headers["ce-signature"]).some((signature) => same(signature.toLowerCase(), `sha256=${expected}`));
}

const accessesFor = (accesses: readonly Access[], headers: IncomingHttpHeaders) => {
  const origins = listed(headers["webhook-request-origin"]).map((origin) => origin.toLowerCase());
  // On Azure hosts have no port.
  return accesses.filter(({ host }) => origins.includes(host) || origins.includes(host.replace(/:\d+$/, "")));
};

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The context of a request of the service, in the extension's terms. */
export interface ConnectionContext {
  eventType: "System" | "User";
  eventName: string;
  hub: string;
  connectionId: string;
  userId: string | null;
  signature: string | null;
  origin: string;
  states: Record<string, unknown>;
  headers: Record<string, string[]>;
}

/** Reads the context from the headers of CloudEvents; `undefined` if a required one is missing. */
export function contextOf(headers: IncomingHttpHeaders): ConnectionContext | undefined {
  const text = (name: string) => (typeof headers[name] === "string" ? headers[name] : undefined);
  const [connectionId, hub, type, eventName] = ["ce-connectionid", "ce-hub", "ce-type", "ce-eventname"].map(text);
  const origin = text("webhook-request-origin");
  if (!connectionId || !hub || !type || !eventName || !origin) return undefined;
  const userId = text("ce-userid");
  return {
    eventType: type.toLowerCase().startsWith("azure.webpubsub.sys.") ? "System" : "User",
    ...{ eventName, hub, connectionId, origin },
    // Header values are bytes, and those of a user's name are UTF-8.
    userId: userId === undefined ? null : Buffer.from(userId, "latin1").toString(),
    signature: text("ce-signature") ?? null,
    states: statesOf(text("ce-connectionstate")),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value : [String(value)]]),
    ),
  };
}

/** The states of a connection: a JSON object in base64. Anything else counts as no states. */
function statesOf(header: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(header ?? "", "base64").toString());
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** The header that sets the states of a connection. */
export const stateHeader = (states: Record<string, unknown>): Record<string, string> =>
  Object.keys(states).length === 0
    ? {}
    : { "ce-connectionState": Buffer.from(JSON.stringify(states)).toString("base64") };

export type DataType = "text" | "json" | "binary";

const contentTypes: Record<DataType, string> = {
  text: "text/plain",
  json: "application/json",
  binary: "application/octet-stream",
};

/** As the extension writes them, in JavaScript, too. */
const named: Record<DataType, string> = { text: "Text", json: "Json", binary: "Binary" };

/** The media type of a data type. */
export const contentTypeOf = (dataType: DataType) => contentTypes[dataType];

/** The body of an event, by the kind of event. */
export interface EventBody {
  /** For an event of a client. */
  data?: Buffer;
  dataType?: DataType;
  /** For `connect` and `disconnected`: their JSON. */
  said?: Record<string, unknown>;
}

/** Parses the body of an event; a string says what is wrong with it. */
export function bodyOf(context: ConnectionContext, headers: IncomingHttpHeaders, body: Buffer): EventBody | string {
  if (context.eventType === "User") {
    const media = String(headers["content-type"] ?? "")
      .split(";")[0]
      ?.trim()
      .toLowerCase();
    const [dataType] = Object.entries(contentTypes).find(([, type]) => type === media) ?? [];
    return dataType === undefined
      ? `Message only supports text,binary,json. Current value is ${media}`
      : { data: body, dataType: dataType as DataType };
  }
  if (body.length === 0) return {};
  try {
    const said: unknown = JSON.parse(body.toString());
    return { said: typeof said === "object" && said !== null ? (said as Record<string, unknown>) : {} };
  } catch (error) {
    return `The body is not JSON: ${(error as Error).message}`;
  }
}

/** The event as the extension passes it to a function that binds it as a whole: `request`. */
export function requestOf(
  context: ConnectionContext,
  { data, dataType, said = {} }: EventBody,
): Record<string, unknown> {
  if (context.eventType === "User")
    return { data: data?.toString(), dataType: dataType && named[dataType], connectionContext: context };
  const name = context.eventName.toLowerCase();
  if (name === "connect") {
    const { claims = null, query = null, subprotocols = null, clientCertificates = null, headers = null } = said;
    return { claims, query, subprotocols, clientCertificates, headers, connectionContext: context };
  }
  return name === "disconnected"
    ? { reason: said.reason ?? null, connectionContext: context }
    : { connectionContext: context };
}
