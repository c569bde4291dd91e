import type { IncomingMessage } from "node:http";
import type { Parts } from "../kernel/parts.ts";
import type { SendEvent } from "./client-frames.ts";
import { type ConnectAnswer, connectAnswer, connectBody } from "./connect-event.ts";
import type { Connection, Upstream } from "./connection.ts";
import type { ConnectionEvent, EventDelivery } from "./event-delivery.ts";
import type { HandlerReply } from "./handler-calls.ts";
import type { ListenerDelivery } from "./listener-delivery.ts";
import {
  binary,
  contentTypes,
  type DataType,
  type Message,
  mediaOf,
  messageOfContent,
  textMessage,
  withMetadata,
} from "./message.ts";
import { metadataIn } from "./metadata.ts";
import { Refusal } from "./refusal.ts";
import type { Claims } from "./token.ts";

/** A connection that is requesting admission. */
export interface Applicant {
  request: IncomingMessage;
  url: URL;
  claims: Claims;
  hub: string;
  id: string;
  upstream: Upstream;
}

/** The properties of a connection that handlers receive, available even after the connection itself is gone. */
export type Told = Pick<Connection, "id" | "hub" | "userId" | "subprotocol" | "upstream">;

const json = "application/json; charset=utf-8";

/** Sends the connections' events to event handlers, and applies the responses to the connections. */
export class ClientEvents {
  readonly #parts: Parts;
  readonly #delivery: EventDelivery;
  readonly #listeners: ListenerDelivery;

  constructor(parts: Parts, delivery: EventDelivery, listeners: ListenerDelivery) {
    this.#parts = parts;
    this.#delivery = delivery;
    this.#listeners = listeners;
  }

  /** Whether a handler decides who may connect. */
  asksFor(hub: string): boolean {
    return this.#delivery.handler(hub, "sys", "connect") !== undefined;
  }

  /**
   * Sends the `connect` event to its handler. Resolves with the handler's settings for the connection. @throws Refusal with the handler's status, or
   * 500
   */
  async connect({ request, url, claims, hub, id, upstream }: Applicant): Promise<ConnectAnswer> {
    const handler = this.#delivery.handler(hub, "sys", "connect");
    if (handler === undefined) return {};
    const delivered = await this.#delivery.deliver(
      handler,
      {
        // The client has offered subprotocols, and uses none yet.
        ...{
          kind: "sys",
          name: "connect",
          hub,
          connectionId: id,
          userId: claims.sub,
          subprotocol: undefined,
          upstream,
        },
        ...{ contentType: json, body: connectBody(request, url, claims) },
      },
      0,
    );
    if ("failure" in delivered)
      throw new Refusal(500, "InternalServerError", `The event connect was not handled: ${delivered.failure}.`);
    const { status, body } = delivered;
    if (status < 200 || status > 299) {
      const why = body.length > 0 && body.length < 1000 ? ` ${body.toString()}` : "";
      throw new Refusal(
        status < 300 ? 500 : status,
        codeOf(status),
        `The event handler of connect answered ${status}.${why}`,
      );
    }
    const answer = connectAnswer(delivered);
    if (typeof answer === "string")
      throw new Refusal(
        500,
        "InternalServerError",
        `The answer of the event handler of connect is invalid: ${answer}.`,
      );
    if (answer.unknown.length > 0)
      this.#parts.log.warn(
        `The answer of the event handler of connect has ${answer.unknown.join(", ")}, which the service ignores; it uses userId, groups, roles and subprotocol.`,
      );
    keepState(upstream, delivered);
    return answer;
  }

  /** Sends the `connected` event. It is not awaited. */
  connected(connection: Connection): void {
    this.#notify(connection, "connected", "{}");
  }

  /** Sends the `disconnected` event. */
  disconnected(connection: Told, reason: string | undefined): void {
    this.#notify(connection, "disconnected", JSON.stringify({ reason: reason ?? "" }));
  }

  /** Sends a client's event to its handler, and the response to the client. Never rejects. */
  readonly send: SendEvent = async (connection, name, message) => {
    const id = ++connection.upstream.events;
    const handler = this.#delivery.handler(connection.hub, "user", name);
    const { metadata, raw, dataType } = message;
    const event: ConnectionEvent = {
      ...{ ...aboutOf(connection), kind: "user", name },
      ...{ contentType: contentTypeOf(dataType), body: raw, metadata },
    };
    const delivering = handler && this.#delivery.deliver(handler, event, id);
    const heard = this.#tell(event, id, dataType);
    if (delivering === undefined)
      return heard ? undefined : `No event handler of the hub '${connection.hub}' handles the event '${name}'.`;
    const delivered = await delivering;
    const answer = "failure" in delivered ? `${delivered.failure}.` : messageIn(delivered);
    if (typeof answer === "string") {
      this.#parts.log.warn(`The event '${name}' of connection ${connection.id} was not handled: ${answer}`);
      return `The event '${name}' was not handled: ${answer}`;
    }
    if (!("failure" in delivered) && keepState(connection.upstream, delivered)) connection.changed();
    if (answer !== undefined) connection.send(answer, { from: "server" });
    return undefined;
  };

  /** Sends an event to the listeners; returns whether there are any for it. */
  #tell(event: ConnectionEvent, id: number, dataType: DataType): boolean {
    const { eventListeners = [] } = this.#delivery.settings(event.hub);
    return this.#listeners.tell(eventListeners, event, id, dataType);
  }

  #notify(connection: Told, name: "connected" | "disconnected", body: string): void {
    const id = ++connection.upstream.events;
    if (this.#delivery.closed) return;
    const handler = this.#delivery.handler(connection.hub, "sys", name);
    const event: ConnectionEvent = { ...aboutOf(connection), kind: "sys", name, contentType: json, body };
    const delivering = handler && this.#delivery.deliver(handler, event, id);
    this.#tell(event, id, "json");
    void delivering?.then((delivered) => {
      const why =
        "failure" in delivered
          ? delivered.failure
          : delivered.status < 300
            ? undefined
            : `the handler answered ${delivered.status}`;
      // Only events whose answer is awaited can change the connection's state.
      if (why !== undefined)
        this.#parts.log.warn(`The event ${name} of connection ${connection.id} was not handled: ${why}.`);
    });
  }
}

const aboutOf = ({ id, hub, userId, subprotocol, upstream }: Told) => ({
  ...{ connectionId: id, hub, userId, subprotocol, upstream },
});

/** The content type of a message of the type `google.protobuf.Any`. */
const protobufType = "application/x-protobuf";

const contentTypeOf = (dataType: DataType) => (dataType === "protobuf" ? protobufType : contentTypes[dataType]);

/** Returns whether the response has changed the state. */
function keepState(upstream: Upstream, { headers }: HandlerReply): boolean {
  const state = headers["ce-connectionstate"]?.at(-1);
  if (state === undefined || state === upstream.state) return false;
  upstream.state = state;
  return true;
}

/** The message in a handler's response: nothing if it is empty, or the error. */
function messageIn({ status, headers, body }: HandlerReply): Message | string | undefined {
  if (status < 200 || status > 299) return `the handler answered ${status}.`;
  const metadata = metadataIn(headers);
  if (typeof metadata === "string") return metadata;
  if (body.length === 0) return metadata === undefined ? undefined : withMetadata(textMessage(""), metadata);
  const contentType = headers["content-type"]?.at(-1) ?? contentTypes.binary;
  const message =
    mediaOf(contentType) === protobufType ? binary(body, "protobuf") : messageOfContent(body, contentType);
  if (message === undefined)
    return `the content type of the answer is '${contentType}'; it must be application/json, text/plain, application/octet-stream or ${protobufType}.`;
  return typeof message === "string" ? message : withMetadata(message, metadata);
}

const codeOf = (status: number) =>
  status === 401 ? "Unauthorized" : status === 403 ? "Forbidden" : status < 500 ? "BadRequest" : "InternalServerError";
