import type { Server } from "node:http";
import type { Socket } from "node:net";
import { createServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import type { Certificate } from "./certificate.ts";

/** The first byte of a TLS connection: a handshake record. */
const handshake = 0x16;

export interface SchemesOptions {
  /** Asked for once, with the first connection that needs it. */
  certificate(): Pick<Certificate, "cert" | "key">;
  /** Told of a connection over TLS that came to nothing, as when the client does not trust the certificate. */
  untrusted?(error: Error): void;
  /** How long a client may take for its first byte, and for the handshake, in ms. */
  timeout: number;
}

/** Lets an HTTP server that is not yet listening take https on the same port. Returns what ends the connections that have not come to it yet. */
export function takeBothSchemes(server: Server, options: SchemesOptions): () => void {
  const [serve] = server.listeners("connection") as ((socket: Socket) => void)[];
  if (serve === undefined) throw new Error("An HTTP server listens to its own connections.");
  server.removeListener("connection", serve);
  const waiting = new Set<Socket>();
  /** What ends a handshake that takes too long, by the place the client has: its socket over TLS is another object. */
  const late = new Map<string, NodeJS.Timeout>();
  const inTime = (from: Socket): void => {
    clearTimeout(late.get(placeOf(from)));
    late.delete(placeOf(from));
  };
  const asked = new WeakSet<Socket>();
  server.on("request", ({ socket }) => asked.add(socket));
  // Of a server that takes none they are requests like others.
  if (server.listenerCount("upgrade") > 0) server.on("upgrade", ({ socket }) => asked.add(socket));
  let secure: TlsServer | undefined;
  const secureServer = (): TlsServer => {
    secure ??= createServer({ ...options.certificate(), handshakeTimeout: options.timeout })
      .on("secureConnection", (socket: TLSSocket) => {
        inTime(socket);
        // Node's client ends the handshake before it looks at the certificate.
        socket.once("close", () => {
          if (!asked.has(socket)) options.untrusted?.(new Error("The connection was closed before a request."));
        });
        serve.call(server, socket);
      })
      .on("tlsClientError", (error, socket) => {
        // A TLS server leaves that to who listens.
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
        // A server of https ends with its client; one of http leaves that to its requests, of which there may be none here.
        socket.allowHalfOpen = false;
        // In all, and not since the last byte: a client may send one at a time.
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
