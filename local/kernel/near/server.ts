import { AsyncResource } from "node:async_hooks";
import { IncomingMessage, type Server, ServerResponse } from "node:http";
import { giveBody } from "../http-body.ts";
import { UnderWay } from "../under-way.ts";
import { handOn } from "./cause.ts";
import { headerOf, readHead } from "./head.ts";
import { NoSocket } from "./no-socket.ts";
import { bodyBytes, joined, messageOf } from "./pieces.ts";
import type { Asker, Message } from "./protocol.ts";

/** Members of a response that Node's server sets and its types leave out. */
interface OwnResponse {
  _keepAliveTimeout: number;
  _maxRequestsPerSocket: number | null;
  _closed: boolean;
  _header: string;
  chunkedEncoding: boolean;
}

/** A listening server, with the pending requests that arrived without a connection. */
class NearServer {
  readonly #server: Server;
  readonly #port: number;
  /** The async scope of its handlers: without the client's context, as for a request over a connection. */
  readonly #scope = new AsyncResource("HTTPSERVERREQUEST");
  readonly #underWay = new UnderWay<NoSocket>();

  constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  take(message: Message, asker: Asker, from: number): () => void {
    const { maxConnections } = this.#server;
    if (this.#underWay.size >= (maxConnections ?? Number.POSITIVE_INFINITY)) {
      asker.broken("closed");
      return () => undefined;
    }
    const socket = new NoSocket({ local: this.#port, remote: from });
    const request = requestOf(message, socket);
    const response = this.#responseTo(request);
    const number = this.#underWay.add(socket);
    let answered = false;
    response.once("prefinish", () => {
      answered = true;
      asker.answered(answerOf(response, socket));
    });
    response.once("finish", () => {
      this.#underWay.take(number);
      response.detachSocket(socket as never);
      process.nextTick(closed, response);
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.#underWay.take(number);
      request.destroy();
      if (!answered) asker.broken("closed", socket.pieces.length > 0 ? answerOf(response, socket) : undefined);
      answered = true;
    });
    response.assignSocket(socket as never);
    this.#scope.runInAsyncScope(() => this.#server.emit("request", request, response));
    // As with a socket: what follows the headers has been read by the handler's first await.
    request.complete = true;
    return () => {
      answered = true;
      socket.destroy();
    };
  }

  /** Ends the requests in progress, as if every connection was closed. */
  close(): void {
    for (const socket of this.#underWay.pieces()) socket.destroy();
  }

  #responseTo(request: IncomingMessage): ServerResponse {
    const response = new ServerResponse(request);
    const own = response as unknown as OwnResponse;
    own._keepAliveTimeout = this.#server.keepAliveTimeout;
    own._maxRequestsPerSocket = this.#server.maxRequestsPerSocket;
    response.shouldKeepAlive = !/\bclose\b/i.test(headerOf(request.rawHeaders, "connection") ?? "");
    return response;
  }
}

const near = new Map<number, NearServer>();

/** Lets a server that listens at a port of this machine be called without a connection, until the returned function is called. */
export function beNear(server: Server, port: number): () => void {
  const added = new NearServer(server, port);
  near.set(port, added);
  return () => {
    if (near.get(port) === added) near.delete(port);
    added.close();
  };
}

/** Whether a server at a port of this machine can be called without a connection. */
export const isNear = (port: number): boolean => near.has(port);

/**
 * Sends a request to the server at a port of this machine, in the same thread. Names, keys, limits, faults and recording are the same as over a
 * connection.
 * @param from the port that it appears to come from
 */
export function takeNear(port: number, message: Message, asker: Asker, from = 0): () => void {
  const server = near.get(port);
  if (server !== undefined) return server.take(message, asker, from);
  asker.broken("refused");
  return () => undefined;
}

function requestOf(message: Message, socket: NoSocket): IncomingMessage {
  const { first, raw } = readHead(message.head);
  const request = new IncomingMessage(socket as never);
  const [method, target] = first;
  const own = request as IncomingMessage & { _addHeaderLines(raw: string[], count: number): void };
  own._addHeaderLines(raw, raw.length);
  request.method = method;
  request.url = target;
  request.httpVersion = "1.1";
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  handOn(request, message.cause ?? 0);
  const body = bodyBytes(message);
  giveBody(request, body);
  // For a handler that reads the body as a stream; it need not.
  const read = () => {
    if (body.length > 0) request.push(body);
    request.push(null);
  };
  request._read = read;
  return request;
}

function answerOf(response: ServerResponse, { pieces }: NoSocket): Message {
  const { _header: head, chunkedEncoding } = response as unknown as OwnResponse;
  const answer = messageOf(head, pieces);
  return chunkedEncoding ? { head: answer.head, body: joined(bodyBytes(answer)) } : answer;
}

function closed(response: ServerResponse): void {
  const own = response as unknown as OwnResponse;
  if (own._closed) return;
  response.destroyed = true;
  own._closed = true;
  response.emit("close");
}
