import type { Server } from "node:http";
import type { Socket } from "node:net";
import { createServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import type { Certificate } from "./certificate.ts";

/** The first byte of a TLS connection: a handshake record. */
const handshake = 0x16;

export interface SchemesOptions {
  /** Called once, for the first connection that needs it. */
  certificate(): Pick<Certificate, "cert" | "key">;
  /** Called if a TLS connection fails, for example because the client does not trust the certificate. */
  untrusted?(error: Error): void;
  /** How long a client may take to send its first byte, and for the handshake, in ms. */
  timeout: number;
}

/**
 * Lets an HTTP server that is not yet listening take https on the same port. Returns a function that ends the connections that are not handed to the
 * server yet.
 */
export function takeBothSchemes(server: Server, options: SchemesOptions): () => void {
  const [serve] = server.listeners("connection") as ((socket: Socket) => void)[];
  if (serve === undefined) throw new Error("An HTTP server listens to its own connections.");
  server.removeListener("connection", serve);
  const waiting = new Set<Socket>();
  /** The timers that end a slow handshake, by the client's address and port: its TLS socket is a different object. */
  const late = new Map<string, NodeJS.Timeout>();
  const inTime = (from: Socket): void => {
    clearTimeout(late.get(placeOf(from)));
    late.delete(placeOf(from));
  };
  const asked = new WeakSet<Socket>();
  server.on("request", ({ socket }) => asked.add(socket));
  // A server without upgrades treats them as ordinary requests.
  if (server.listenerCount("upgrade") > 0) server.on("upgrade", ({ socket }) => asked.add(socket));
  let secure: TlsServer | undefined;
  const secureServer = (): TlsServer => {
    secure ??= createServer({ ...options.certificate(), handshakeTimeout: options.timeout })
      .on("secureConnection", (socket: TLSSocket) => {
        inTime(socket);
        // Node's client completes the handshake before it checks the certificate.
        socket.once("close", () => {
          if (!asked.has(socket)) options.untrusted?.(new Error("The connection was closed before a request."));
        });
        serve.call(server, socket);
      })
      .on("tlsClientError", (error, socket) => {
        // A TLS server leaves this to its listeners.
        socket.destroy();
        options.untrusted?.(error);
      });
    return secure;
  };
  server.on("connection", (socket: Socket) => {
    const drop = (): void => void socket.destroy();
    waiting.add(socket);
    socket.once("close", () => waiting.delete(socket));
    socket.on("error", drop);
    socket.setTimeout(options.timeout, drop);
    socket.once("readable", () => {
      const first: Buffer | null = socket.read(1);
      if (first === null) return drop();
      socket.setTimeout(0);
      socket.off("timeout", drop);
      socket.unshift(first);
      if (first[0] === handshake) {
        // An https server closes the connection when its client does. An http server leaves that to its requests, and here there may be none.
        socket.allowHalfOpen = false;
        // The total time, not the time since the last byte: a client may send one byte at a time.
        const place = placeOf(socket);
        late.set(place, setTimeout(drop, options.timeout).unref());
        socket.once("close", () => {
          clearTimeout(late.get(place));
          late.delete(place);
        });
        return void secureServer().emit("connection", socket);
      }
      socket.off("error", drop);
      waiting.delete(socket);
      serve.call(server, socket);
    });
  });
  return () => {
    for (const socket of waiting) socket.destroy();
  };
}

const placeOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
