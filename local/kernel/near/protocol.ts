/** How parts of one process ask each other: as by the network, or by handing requests and answers over, which comes to the same. */
export type Connections = "sockets" | "handed-over";

/** A request or an answer that is there whole: its first line and headers as they would be written to a socket, and its body. */
export interface Message {
  /** With the empty line at its end. */
  readonly head: string;
  /** A text stands for its UTF-8 bytes: one that comes as a text need not be made into bytes to cross between threads. */
  readonly body: string | Uint8Array | undefined;
  /** Of a request: the id of the span that it comes from, where that is recorded. */
  readonly cause?: number;
}

/** Why a request is not answered: nobody listens at the port, or the connection ended before. */
export type Broken = "refused" | "closed";

/** Told what comes of a request, once. */
export interface Asker {
  answered(answer: Message): void;
  /** `begun` is what there was of an answer, when there was something. */
  broken(how: Broken, begun?: Message): void;
}

/** Hands a whole request to the server at a port of this machine. Returns what gives it up, after which the asker is told nothing. */
export type Carry = (port: number, request: Message, asker: Asker) => () => void;

/** What the application's thread posts to the servers; each `postMessage` carries several of one turn. */
export type ToServers =
  | { readonly id: number; readonly port: number; readonly request: Message }
  | { readonly id: number; readonly gone: true };

/** What the servers post back. */
export type ToAsker =
  | { readonly id: number; readonly answer: Message }
  | { readonly id: number; readonly broken: Broken; readonly begun: Message | undefined };
