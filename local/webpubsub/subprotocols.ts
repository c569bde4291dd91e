import type { IncomingMessage } from "node:http";

/** A subprotocol of the service. */
export interface Subprotocol {
  readonly name: string;
  /** How frames are written. */
  readonly wire: "json" | "protobuf";
  /** Whether messages are numbered, kept and sent again. */
  readonly reliable: boolean;
}

/** The subprotocols spoken here, the one preferred first. */
const spoken: readonly Subprotocol[] = [
  { name: "json.reliable.webpubsub.azure.v1", wire: "json", reliable: true },
  { name: "json.webpubsub.azure.v1", wire: "json", reliable: false },
  { name: "protobuf.reliable.webpubsub.azure.v1", wire: "protobuf", reliable: true },
  { name: "protobuf.webpubsub.azure.v1", wire: "protobuf", reliable: false },
];

/** The service's subprotocol of this name. */
export const subprotocolNamed = (name: string | undefined): Subprotocol | undefined =>
  spoken.find((subprotocol) => subprotocol.name === name);

/** What a client offers, in its order. */
export const offered = (request: IncomingMessage): string[] =>
  (request.headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** Which of the service's subprotocols a client speaks, and the names it offered when it is none of them. */
export function protocolOf(request: IncomingMessage): { subprotocol: Subprotocol | undefined; unknown: string[] } {
  const names = offered(request);
  const subprotocol = spoken.find(({ name }) => names.includes(name));
  return { subprotocol, unknown: subprotocol === undefined ? names : [] };
}

/** What the handshake agrees to when an event handler has not chosen: of a name that is not known the service says nothing in its answer. */
export const agreed = (names: readonly string[]): string | false =>
  spoken.find(({ name }) => names.includes(name))?.name ?? names.find((name) => name.startsWith("mqtt")) ?? false;
