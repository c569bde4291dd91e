import {
  createServer,
  type IncomingMessage,
  maxHeaderSize as nodesHeaderSize,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { sendJson } from "./answers.ts";
import { type SchemesOptions, takeBothSchemes } from "./both-schemes.ts";
import { Guard, type Refused, rawAnswer, refuse } from "./guard.ts";
import { BodyTooLongError, defaultBodyLimit, takeBody } from "./http-body.ts";
import { beNear } from "./near/server.ts";
import { Refusal } from "./refusal.ts";
import { answerUnreadable, headersTooLong } from "./unreadable.ts";

export { urlOf } from "./address.ts";
export { sendEmpty, sendJson } from "./answers.ts";
export { BodyTooLongError, bodyStream, readBody } from "./http-body.ts";

/** A port that another program has; the message says which part wanted it. */
export class PortTakenError extends Error {
  readonly port: number;
  constructor(part: string, port: number) {
    super(`Port ${port}, which ${part} needs, is taken by another program.`);
    this.name = "PortTakenError";
    this.port = port;
  }
}

/** How https is taken: the certificate, and who hears of a client that does not trust it. */
export type Secure = Omit<SchemesOptions, "timeout">;

export interface ListenOptions extends ServerOptions {
  /** Who listens, for messages. */
  part: string;
  /** 0 (the default) takes any free port. */
  port?: number;
  /** With it https is taken on the same port, too. */
  secure?: Secure | undefined;
}

export interface ServerOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Most bytes of a request's first line and headers. Node's default is 16 KB. */
  maxHeaderSize?: number;
  /** How a request with more is answered; 431 by default. */
  headersTooLong?: Refused;
  /** Names and addresses that clients may ask for, beside `localhost`, loopback and `host`. */
  names?: readonly string[];
  /**
   * Whose pages may call: those of this server (the default; programs send no `Origin` and may too), none at all, or any, where the handler
   * decides itself. Connections that are upgraded may come from any page: who opens one has to show a token.
   */
  origins?: "own" | "none" | "any";
  /** Whether paths may have escapes that are not UTF-8; by default they are answered 400. */
  anyEscapes?: boolean;
  /** Longest body in bytes; default 100 MB. */
  bodyLimit?: number;
  /** Whether `handle` is called before the body is there, to take it as it comes. Default: never. */
  streams?(request: IncomingMessage): boolean;
  /** Called once the request is there whole, so that nothing waits for one that never ends. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Told of an error that `handle` threw; the caller is answered 500 if nothing was sent yet. */
  failed?(error: unknown, request: IncomingMessage): void;
}

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * What a client may take up, in ms of the machine's time: for its headers, for the whole request (Azure's front end waits as long), and between two
 * requests. Answers take as long as they like, and so do connections that were upgraded.
 */
const timeouts = {
  headersTimeout: 20_000,
  requestTimeout: 230_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
};
/** Connections at a time; more are closed at once, before they cost anything. */
const maxConnections = 5_000;

/** Someone who has shown who he is, and stays, takes no place of those that there are for others. */
export function uncounted(server: Server, socket: { once(event: "close", closed: () => void): unknown }): void {
  server.maxConnections++;
  socket.once("close", () => server.maxConnections--);
}

/**
 * Makes an HTTP server that answers to its own names only (421 for others), to its own pages or to none (403 for others), and hands on requests
 * that are whole and whose path can be read (400 otherwise).
 */
export function guardedServer(options: ServerOptions): Server {
  const guard = new Guard(options);
  const { maxHeaderSize = nodesHeaderSize } = options;
  const server = createServer({ ...timeouts, maxHeaderSize }, async (request, response) => {
    try {
      const refusal = guard.refusal(request);
      if (refusal !== undefined) return refuse(request, response, refusal);
      if (options.streams?.(request) !== true) await takeBody(request, options.bodyLimit ?? defaultBodyLimit);
      await options.handle(request, response);
    } catch (error) {
      // A caller who has gone away needs no answer.
      if (request.destroyed && !request.complete) return void response.destroy();
      if (error instanceof BodyTooLongError && !response.headersSent)
        return sendJson(response, 413, { code: "PayloadTooLarge", message: error.message });
      if (error instanceof Refusal && !response.headersSent) return sendJson(response, error.status, error.body);
      options.failed?.(error, request);
      if (!response.headersSent) sendJson(response, 500, { code: "InternalServerError", message: String(error) });
      else response.destroy();
    }
  });
  server.maxConnections = maxConnections;
  answerUnreadable(server, options.headersTooLong ?? headersTooLong(maxHeaderSize));
  const { upgrade } = options;
  if (upgrade) {
    server.on("upgrade", (request, socket, head) => {
      const refusal = guard.refusal(request, "any");
      if (refusal === undefined) return upgrade(request, socket, head);
      socket.on("error", () => socket.destroy());
      socket.end(rawAnswer(refusal));
    });
  }
  return server;
}

/** Starts such a server; rejects with `PortTakenError` when the port is in use. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const server = guardedServer(options);
  const { secure } = options;
  const endWaiting = secure && takeBothSchemes(server, { ...secure, timeout: timeouts.headersTimeout });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new PortTakenError(options.part, options.port ?? 0) : error),
    );
    server.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? 0 }, resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  const endNear = onLoopback(address) ? beNear(server, port) : undefined;
  return {
    server,
    port,
    close: () =>
      new Promise<void>((resolve) => {
        endNear?.();
        server.close(() => resolve());
        server.closeAllConnections();
        endWaiting?.();
      }),
  };
}

/** Whether 127.0.0.1 leads to a server that listens on the address. */
const onLoopback = (address: string) => address === "127.0.0.1" || address === "0.0.0.0" || address === "::";
