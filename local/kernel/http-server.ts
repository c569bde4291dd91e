import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** A port that another program has; the message says which part wanted it. */
export class PortTakenError extends Error {
  readonly port: number;
  constructor(part: string, port: number) {
    super(`Port ${port}, which ${part} needs, is taken by another program.`);
    this.name = "PortTakenError";
    this.port = port;
  }
}

export interface ListenOptions {
  /** Who listens, for messages. */
  part: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 (the default) takes any free port. */
  port?: number;
  /** Most bytes of a request's first line and headers, beyond which it is answered 431. Node's default is 16 KB. */
  maxHeaderSize?: number;
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

/** Starts an HTTP server; rejects with `PortTakenError` when the port is in use. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const server = createServer(
    { keepAliveTimeout: 60_000, requestTimeout: 0, ...sizes(options) },
    async (request, response) => {
      try {
        await options.handle(request, response);
      } catch (error) {
        options.failed?.(error, request);
        if (!response.headersSent) sendJson(response, 500, { code: "InternalServerError", message: String(error) });
        else response.destroy();
      }
    },
  );
  if (options.upgrade) server.on("upgrade", options.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new PortTakenError(options.part, options.port ?? 0) : error),
    );
    server.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? 0 }, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const sizes = ({ maxHeaderSize }: ListenOptions) => (maxHeaderSize === undefined ? {} : { maxHeaderSize });

/** The whole body; rejects with a `RangeError` once it is longer than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit = 100 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new RangeError(`The body is longer than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Answers with `body` as JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string | number | string[]> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers with no body. */
export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number | string[]> = {},
): void {
  response.writeHead(status, status === 204 || status === 304 ? headers : { "content-length": 0, ...headers });
  response.end();
}
