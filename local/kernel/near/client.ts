import { AsyncResource } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";
import { Agent, type ClientRequest, IncomingMessage } from "node:http";
import { goesWithHeader, goesWithoutHeader, saidOf } from "./cause.ts";
import { headerOf, readHead } from "./head.ts";
import { NoSocket } from "./no-socket.ts";
import { bodyBytes, bodyLength, messageOf, type Piece } from "./pieces.ts";
import type { Asker, Broken, Carry, Message } from "./protocol.ts";

/** Members of a request that Node's types leave out. */
interface OwnRequest extends Omit<ClientRequest, "socket" | "agent"> {
  readonly agent: { readonly options?: { readonly timeout?: number } } | undefined;
  socket: NoSocket;
  res: IncomingMessage | null;
  timeout?: number;
  timeoutCb: unknown;
  chunkedEncoding: boolean;
  /** The data written before a socket was assigned. */
  readonly outputData: readonly Piece[];
  _header: string | null;
  _ended: boolean;
  _closed: boolean;
  _flush(): void;
}

interface OwnAnswer extends IncomingMessage {
  req: OwnRequest;
  _addHeaderLines(raw: string[], count: number): void;
  _dump(): void;
}

/** Some of the options that an agent gets with a request. */
export interface Wanted {
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly protocol?: string | null;
  readonly socketPath?: string;
}

const answeredChannel = channel("http.client.response.finish");
const failedChannel = channel("http.client.request.error");

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Longer heads may exceed a server's limits, which are checked on sockets. */
const longestHead = 8 * 1024;
const plainHead = /^[\x20-\x7e\r\n]*$/;
const unusual = ["expect", "upgrade", "transfer-encoding", "trailer"];

/**
 * Takes a request away from its agent if a whole message can represent it: ended in the turn in which it was made, with a plain-text head and the
 * declared length. For all others `otherwise` is called; they use a connection.
 */
export function takeRequest(request: ClientRequest, port: number, carry: Carry, otherwise: () => void): void {
  goesWithoutHeader(request);
  // An SDK makes a request and ends it in the same turn, after the agent was called.
  process.nextTick(() => {
    const own = request as unknown as OwnRequest;
    const message = wholeOf(own);
    if (message === undefined) {
      goesWithHeader(request);
      otherwise();
    } else new Exchange(own, port).begin(message, carry);
  });
}

/** Whether an agent is a plain one. An agent that connects elsewhere, as to a proxy, or limits the number of connections, is left alone. */
export function isPlain(agent: Agent): boolean {
  const { createConnection, maxSockets, maxTotalSockets } = agent as Agent & { createConnection: unknown };
  const unlimited = maxSockets === Number.POSITIVE_INFINITY && maxTotalSockets === Number.POSITIVE_INFINITY;
  const { createConnection: usual } = Agent.prototype as unknown as { createConnection: unknown };
  return agent.constructor === Agent && createConnection === usual && unlimited;
}

function wholeOf(request: OwnRequest): Message | undefined {
  const { _header: head } = request;
  if (request.destroyed || !request.writableEnded || request.chunkedEncoding || head === null) return undefined;
  if (head.length > longestHead || !methods.has(request.method) || !plainHead.test(head)) return undefined;
  if (unusual.some((name) => request.hasHeader(name))) return undefined;
  const message = messageOf(head, request.outputData);
  const length = request.getHeader("content-length");
  if (length !== undefined && Number(length) !== bodyLength(message)) return undefined;
  const cause = saidOf(request as unknown as ClientRequest);
  return cause > 0 ? { ...message, cause } : message;
}

/** One request and its response. The listeners on its socket do what Node's client otherwise does itself. */
class Exchange implements Asker {
  readonly #request: OwnRequest;
  readonly #socket: NoSocket;
  readonly #port: number;
  readonly #scope = new AsyncResource("HTTPCLIENTREQUEST");
  #giveUp: (() => void) | undefined;
  #failed = false;
  #over = false;

  constructor(request: OwnRequest, port: number) {
    this.#request = request;
    this.#port = port;
    this.#socket = new NoSocket({ local: 0, remote: port });
  }

  begin(message: Message, carry: Carry): void {
    const request = this.#request;
    const socket = this.#socket;
    const timeout = request.timeout ?? request.agent?.options?.timeout;
    socket.on("error", (error: Error) => this.#error(error));
    socket.on("close", () => this.#close());
    request.socket = socket;
    if (timeout !== undefined && timeout > 0) {
      const tell = () => request.emit("timeout");
      request.timeoutCb = tell;
      socket.once("timeout", tell);
      socket.setTimeout(timeout);
    }
    request.emit("socket", socket as never);
    if (request.destroyed) return;
    request._flush();
    this.#giveUp = carry(this.#port, message, this);
  }

  answered(answer: Message): void {
    if (!this.#over) this.#scope.runInAsyncScope(() => this.#answer(answer));
  }

  broken(how: Broken, begun?: Message): void {
    if (this.#over) return;
    this.#over = true;
    this.#scope.runInAsyncScope(() => {
      if (begun !== undefined) this.#begin(begun);
      this.#socket.destroy(how === "refused" ? refused(this.#port) : undefined);
    });
  }

  #answer(message: Message): void {
    this.#over = true;
    const answer = this.#begin(message);
    answer.complete = true;
    answer.push(null);
  }

  #begin(message: Message): OwnAnswer {
    const request = this.#request;
    const answer = answerOf(message, this.#socket);
    request.res = answer;
    answer.req = request;
    if (answeredChannel.hasSubscribers) answeredChannel.publish({ request, response: answer });
    answer.once("end", () => this.#end(answer));
    if (!request.emit("response", answer)) answer._dump();
    const body = bodyBytes(message);
    if (body.length > 0 && request.method !== "HEAD") answer.push(body);
    return answer;
  }

  /** After the response has been read: detaches the request from its socket, which is reused by another request or closed. */
  #end(answer: OwnAnswer): void {
    const request = this.#request;
    this.#socket.setTimeout(0);
    request._ended = true;
    if (answer.aborted) return;
    if (!request.shouldKeepAlive || !staysOpen(answer)) {
      this.#socket.destroy();
      return;
    }
    request.destroyed = true;
    answer.socket = null as never;
    process.nextTick(() => this.#closed());
  }

  #error(error: Error): void {
    this.#failed = true;
    if (failedChannel.hasSubscribers) failedChannel.publish({ request: this.#request, error });
    this.#request.emit("error", error);
  }

  #close(): void {
    const request = this.#request;
    const { res } = request;
    if (!this.#over) this.#giveUp?.();
    this.#over = true;
    request.destroyed = true;
    if (res === null && !this.#failed) this.#error(reset("socket hang up"));
    if (res !== null && !res.complete) res.destroy(reset("aborted"));
    this.#closed();
  }

  #closed(): void {
    if (this.#request._closed) return;
    this.#request._closed = true;
    this.#request.emit("close");
  }
}

function answerOf({ head }: Message, socket: NoSocket): OwnAnswer {
  const { first, raw } = readHead(head);
  const answer = new IncomingMessage(socket as never) as OwnAnswer;
  const [, status, reason] = first;
  answer._addHeaderLines(raw, raw.length);
  answer.statusCode = Number(status);
  answer.statusMessage = reason;
  answer.httpVersion = "1.1";
  answer.httpVersionMajor = 1;
  answer.httpVersionMinor = 1;
  return answer;
}

/** Whether the connection can be reused after the response, as Node's parser decides before it reads the body. */
function staysOpen({ rawHeaders, statusCode }: IncomingMessage): boolean {
  if (headerOf(rawHeaders, "connection") === "close") return false;
  if (statusCode === 204 || statusCode === 304) return true;
  return (headerOf(rawHeaders, "content-length") ?? headerOf(rawHeaders, "transfer-encoding")) !== undefined;
}

const reset = (message: string): Error => Object.assign(new Error(message), { code: "ECONNRESET" });

/** The same error as from `net`. */
const refused = (port: number): Error =>
  Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), {
    errno: -111,
    code: "ECONNREFUSED",
    syscall: "connect",
    address: "127.0.0.1",
    port,
  });
