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

/** Thrown if another program has the port; the message names the part that wanted it. */
export class PortTakenError extends Error {
  readonly port: number;
  constructor(part: string, port: number) {
    super(`Port ${port}, which ${part} needs, is taken by another program.`);
    this.name = "PortTakenError";
    this.port = port;
  }
}

/** The settings of https: the certificate, and the callback for clients that do not trust it. */
export type Secure = Omit<SchemesOptions, "timeout">;

export interface ListenOptions extends ServerOptions {
  /** The name of the listening part, for messages. */
  part: string;
  /** Default: 0, which takes any free port. */
  port?: number;
  /** If set, https is taken on the same port as well. */
  secure?: Secure | undefined;
}

export interface ServerOptions {
  /** Default: 127.0.0.1. */
  host?: string;
  /** The maximum size of a request's first line and headers, in bytes. Node's default is 16 KB. */
  maxHeaderSize?: number;
  /** The response to a request whose headers are longer. Default: 431. */
  headersTooLong?: Refused;
  /** Names and addresses that requests may use for this server, besides `localhost`, loopback addresses and `host`. */
  names?: readonly string[];
  /**
   * Which web pages may call: this server's own (the default), none, or any, so that the handler decides. Programs, which send no `Origin`, may
   * always call.
   * Upgraded connections may come from any page, since they require a token.
   */
  origins?: "own" | "none" | "any";
  /** Whether paths may contain escapes that are not UTF-8. Otherwise, which is the default, the response is 400. */
  anyEscapes?: boolean;
  /** The maximum length of a body in bytes. Default: 100 MB. */
  bodyLimit?: number;
  /** Whether `handle` is called before the body has arrived, so that it can stream it. Default: never. */
  streams?(request: IncomingMessage): boolean;
  /** Called once the whole request has arrived, so that nothing waits for a request that never ends. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Called with an error that `handle` threw. The response is 500 if nothing was sent yet. */
  failed?(error: unknown, request: IncomingMessage): void;
}

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * The time-outs of a client, in ms of the machine's time: for its headers, for the whole request (as long as Azure's front end waits), and between
 * two requests. Responses and upgraded connections have no time limit.
 */
const timeouts = {
  headersTimeout: 20_000,
  requestTimeout: 230_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
};
/** The maximum number of connections. Further ones are closed at once, before they cost anything. */
const maxConnections = 5_000;

/** An authenticated long-lived connection does not count towards the limit for the others. */
export function uncounted(server: Server, socket: { once(event: "close", closed: () => void): unknown }): void {
  server.maxConnections++;
  socket.once("close", () => server.maxConnections--);
}

/**
 * Creates an HTTP server that accepts only its own names (421 for others) and the configured origins (403 for others), and handles only complete
 * requests with a readable path (400 otherwise).
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
      // A client that has closed its connection needs no response.
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

/** Starts such a server; rejects with `PortTakenError` if the port is in use. */
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

/** Whether a server that listens on the address is reached by 127.0.0.1. */
const onLoopback = (address: string) => address === "127.0.0.1" || address === "0.0.0.0" || address === "::";
