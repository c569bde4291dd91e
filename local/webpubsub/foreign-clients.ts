import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocket } from "ws";
import { sendJson } from "../kernel/http-server.ts";
import { offered } from "./subprotocols.ts";

/**
 * Clients that the service supports and that are not emulated: Socket.IO and MQTT. Both reconnect endlessly after an HTTP
 * error status, so each is refused in its own protocol, with a message that it shows.
 */
export type ForeignClient = "Socket.IO" | "MQTT";

/** Whether a request comes from such a client, by its path, its subprotocol or its Engine.IO version. */
export function foreignClient(request: IncomingMessage, url: URL): ForeignClient | undefined {
  const path = url.pathname.toLowerCase();
  if (path.startsWith("/clients/socketio/") || url.searchParams.has("EIO")) return "Socket.IO";
  if (path.startsWith("/clients/mqtt/") || offered(request).some((name) => name.startsWith("mqtt"))) return "MQTT";
  return undefined;
}

/** The message for the client and the log. */
export const wordsFor = (client: ForeignClient) =>
  `${client} clients are not emulated by the local Web PubSub. Clients of the subprotocols json.webpubsub.azure.v1 and json.reliable.webpubsub.azure.v1 are, such as @azure/web-pubsub-client.`;

/** Refuses a client whose socket is open. */
export function refuseSocket(client: ForeignClient, socket: WebSocket, url: URL): void {
  socket.on("error", () => socket.terminate());
  const words = wordsFor(client);
  if (client === "MQTT") {
    refuseMqtt(socket, words);
    return;
  }
  socket.send(opened());
  if (url.searchParams.get("EIO") === "3") {
    socket.send(`44${JSON.stringify(words)}`);
    return;
  }
  // Refused when the client connects to its namespace: it then tells the application and gives up.
  socket.on("message", (data) => {
    const [connect, namespace] = /^40(\/[^,]*,)?/.exec(data.toString()) ?? [];
    if (connect !== undefined) socket.send(`44${namespace ?? ""}${JSON.stringify({ message: words })}`);
  });
}

/** Refuses a Socket.IO client that uses polling, or an MQTT client without a WebSocket request. */
export function refuseRequest(
  client: ForeignClient,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  request.resume();
  if (client === "MQTT") {
    sendJson(response, 400, { code: "Error.BadRequest", message: wordsFor(client) });
    return;
  }
  const text = request.method === "POST" ? "ok" : url.searchParams.has("sid") ? refusedPacket() : opened();
  // The polling page has another origin; the response contains only the message.
  response.writeHead(200, { "content-type": "text/plain; charset=UTF-8", "access-control-allow-origin": "*" });
  response.end(text);
}

/** The Engine.IO open packet. It offers no upgrade. */
const opened = () =>
  `0${JSON.stringify({ sid: "refused", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 })}`;

const refusedPacket = () => `44${JSON.stringify({ message: wordsFor("Socket.IO") })}`;

/** Answers an MQTT CONNECT packet, which may arrive in fragments, and closes. */
function refuseMqtt(socket: WebSocket, words: string): void {
  let packet = Buffer.alloc(0);
  socket.on("message", (data) => {
    packet = Buffer.concat([packet, data as Buffer]);
    const level = levelOf(packet);
    if (level === undefined) return;
    socket.send(connack(level, words));
    socket.close(1008, "MQTT is not emulated.");
  });
}

/** The protocol level in a CONNECT packet: 3, 4 or 5; 0 if the packet is invalid; `undefined` if it is incomplete. */
function levelOf(packet: Buffer): number | undefined {
  // One byte of type, one to four bytes of length; then the length-prefixed protocol name, and its level.
  let at = 1;
  while (at < 5 && ((packet[at] ?? 0) & 0x80) !== 0) at++;
  const name = at + 1;
  if (packet.length > 0 && packet[0] !== 0x10) return 0;
  if (packet.length < name + 2) return undefined;
  const length = packet.readUInt16BE(name);
  return length > 6 ? 0 : packet[name + 2 + length];
}

/**
 * A CONNACK that refuses the connection. Version 5 has a reason string (reason 0x83, implementation specific error); 3.1 and 3.1.1 only have the code
 * 3,
 * server unavailable.
 */
function connack(level: number, words: string): Buffer {
  if (level !== 5) return Buffer.from([0x20, 2, 0, 3]);
  const reason = Buffer.from(words);
  const properties = Buffer.concat([Buffer.from([0x1f, reason.length >> 8, reason.length & 0xff]), reason]);
  const body = Buffer.concat([Buffer.from([0, 0x83]), varint(properties.length), properties]);
  return Buffer.concat([Buffer.from([0x20]), varint(body.length), body]);
}

/** An MQTT variable byte integer: seven bits per byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.from(bytes);
}
