import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "./answers.ts";
import { OwnNames } from "./own-names.ts";

export interface GuardOptions {
  /** The address that the server listens on. It is one of the server's names, unless it is a wildcard. */
  host?: string;
  names?: readonly string[];
  origins?: "own" | "none" | "any";
  /** Whether paths may contain escapes that are not UTF-8, for a handler that decodes them itself. Otherwise the response is 400. */
  anyEscapes?: boolean;
}

/** Why a request is rejected before it is handled. */
export interface Refused {
  status: number;
  code: string;
  message: string;
}

/** Decides which requests a server handles, by their host and by their origin. */
export class Guard {
  readonly #names: OwnNames;
  readonly #origins: "own" | "none" | "any";
  readonly #anyEscapes: boolean;

  constructor({ host, names = [], origins = "own", anyEscapes = false }: GuardOptions) {
    const listens = host === undefined || host === "0.0.0.0" || host === "::" ? [] : [host];
    this.#names = new OwnNames([...names, ...listens]);
    this.#origins = origins;
    this.#anyEscapes = anyEscapes;
  }

  /**
   * Why `request` is refused; `undefined` if it is accepted. If the target is an absolute URL (as for a proxy), the request gets the path alone,
   * since the address is then one of this server's.
   */
  refusal(request: IncomingMessage, origins = this.#origins): Refused | undefined {
    const { headers, rawHeaders } = request;
    const [, authority, path] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url ?? "") ?? [];
    const asked = [headers.host ?? "", ...(authority === undefined ? [] : [authority])];
    const foreign = hostsIn(rawHeaders) > 1 ? "more than one Host" : asked.find((name) => !this.#names.has(name));
    if (foreign !== undefined) {
      return {
        status: 421,
        code: "MisdirectedRequest",
        message: `This server answers to ${this.#names}, but the request is for "${foreign}". Use one of its names, or start it with the missing one.`,
      };
    }
    if (path !== undefined) request.url = path.startsWith("/") ? path : `/${path}`;
    // `*`, or a URL with another scheme.
    if (request.url?.startsWith("/") !== true) {
      return {
        status: 400,
        code: "BadRequest",
        message: "The request's target must be a path, or an http address of this server.",
      };
    }
    if (!this.#anyEscapes && !decodes(request.url ?? "/")) {
      return { status: 400, code: "BadRequest", message: "The address has an escape that is not UTF-8." };
    }
    if (origins === "any" || this.#mayCall(headers.origin, origins, request)) return undefined;
    return {
      status: 403,
      code: "Forbidden",
      message:
        origins === "none"
          ? "This server accepts no requests from web pages."
          : `This server accepts requests only from its own pages and from programs; this one comes from "${headers.origin}".`,
    };
  }

  #mayCall(origin: string | undefined, origins: "own" | "none", { headers, socket }: IncomingMessage): boolean {
    if (origin === undefined) return true;
    return origins === "own" && this.#names.hasOrigin(origin, socket.localPort, headers.host ?? "");
  }
}

/** Responds with the refusal, without waiting for the request's body. */
export function refuse(request: IncomingMessage, response: ServerResponse, { status, ...body }: Refused): void {
  sendJson(response, status, body, request.complete ? {} : { connection: "close" });
}

/** The same as raw text, for a socket that was to be upgraded. */
export function rawAnswer({ status, ...body }: Refused): string {
  const text = JSON.stringify(body);
  const headers = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close`;
  return `HTTP/1.1 ${status} ${body.code}\r\n${headers}\r\n\r\n${text}`;
}

/** The number of Host headers. This runs over all headers of each request, so most are skipped by their length. */
function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts;
}

/** Whether the path of a request's target can be decoded. Queries are decoded leniently everywhere. */
function decodes(target: string): boolean {
  if (!target.includes("%")) return true;
  try {
    decodeURIComponent(target.replace(/[?#].*$/s, ""));
    return true;
  } catch {
    return false;
  }
}
