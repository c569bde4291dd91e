/** How parts of one process call each other: over sockets, or by handing over requests and responses, with the same result. */
export type Connections = "sockets" | "handed-over";

/** A complete request or response: its first line and headers as they would be written to a socket, and its body. */
export interface Message {
  /** Includes the empty line at the end. */
  readonly head: string;
  /** A text stands for its UTF-8 bytes: it can cross between threads without being encoded. */
  readonly body: string | Uint8Array | undefined;
  /** Only of a request: the id of the span that it comes from, if that is recorded. */
  readonly cause?: number;
}

/** Why a request has no response: nothing listens at the port, or the connection ended first. */
export type Broken = "refused" | "closed";

/** Gets the outcome of a request, once. */
export interface Asker {
  answered(answer: Message): void;
  /** `begun` is the part of a response that had arrived, if any. */
  broken(how: Broken, begun?: Message): void;
}

/** Hands a complete request to the server at a port of this machine. Returns a function that cancels it; the asker is then told nothing more. */
export type Carry = (port: number, request: Message, asker: Asker) => () => void;

/** What the application's thread posts to the servers; each `postMessage` carries several messages of one turn. */
export type ToServers =
  | { readonly id: number; readonly port: number; readonly request: Message }
  | { readonly id: number; readonly gone: true };

/** What the servers post back. */
export type ToAsker =
  | { readonly id: number; readonly answer: Message }
  | { readonly id: number; readonly broken: Broken; readonly begun: Message | undefined };
