import type { IncomingMessage } from "node:http";

/** A subprotocol of the service. */
export interface Subprotocol {
  readonly name: string;
  /** The wire format of frames. */
  readonly wire: "json" | "protobuf";
  /** Whether messages are numbered, stored and sent again after recovery. */
  readonly reliable: boolean;
}

/** The supported subprotocols. */
const spoken: readonly Subprotocol[] = [
  { name: "json.reliable.webpubsub.azure.v1", wire: "json", reliable: true },
  { name: "json.webpubsub.azure.v1", wire: "json", reliable: false },
  { name: "protobuf.reliable.webpubsub.azure.v1", wire: "protobuf", reliable: true },
  { name: "protobuf.webpubsub.azure.v1", wire: "protobuf", reliable: false },
];

/** The service's subprotocol of this name, in any case. */
export const subprotocolNamed = (name: string | undefined): Subprotocol | undefined =>
  spoken.find((subprotocol) => subprotocol.name === name?.toLowerCase());

/** The subprotocols that a client offers, in its order. */
export const offered = (request: IncomingMessage): string[] =>
  (request.headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** The service's subprotocol of a client, as the client wrote its name, and the offered names if none is known. The first that is known counts. */
export function protocolOf(request: IncomingMessage): { subprotocol: Subprotocol | undefined; unknown: string[] } {
  const names = offered(request);
  const name = names.find(subprotocolNamed);
  const subprotocol = subprotocolNamed(name);
  return {
    subprotocol: name === undefined || subprotocol === undefined ? undefined : { ...subprotocol, name },
    unknown: name === undefined ? names : [],
  };
}

/** The subprotocol of the handshake response if no event handler has chosen one. The service's response does not name an unknown one. */
export const agreed = (names: readonly string[]): string | false =>
  names.find(subprotocolNamed) ?? names.find((name) => name.startsWith("mqtt")) ?? false;
