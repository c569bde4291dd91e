import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { type Refused, rawAnswer } from "./guard.ts";

/** The unfinished response of a connection, as Node stores it. */
interface OwnSocket {
  _httpMessage?: { _headerSent: boolean; req: { method?: string } } | null;
  destroySoon?(): void;
}

/** The default response to headers that are too long. */
export const headersTooLong = (most: number): Refused => ({
  status: 431,
  code: "RequestHeaderFieldsTooLarge",
  message: `The first line and the headers of a request have at most ${most} bytes here; this one has more.`,
});

/** Responds to an unreadable request with a body. Node's own response is only a status, and SDKs read the body. */
export function answerUnreadable(server: Server, tooLong: Refused): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const own = socket as Duplex & OwnSocket;
    // Nothing may be written into a response that has begun.
    if (!socket.writable || own._httpMessage?._headerSent) return void socket.destroy();
    const answer = rawAnswer(error.code === "HPE_HEADER_OVERFLOW" ? tooLong : unreadable(error));
    // The unreadable bytes followed a HEAD request, whose response has no body.
    const headOnly = own._httpMessage?.req.method === "HEAD";
    socket.write(headOnly ? answer.slice(0, answer.indexOf("\r\n\r\n") + 4) : answer);
    own.destroySoon?.();
  });
}

function unreadable(error: NodeJS.ErrnoException): Refused {
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return {
      status: 408,
      code: "RequestTimeout",
      message: "The request did not arrive completely within its time limit.",
    };
  }
  const status = error.code === "HPE_CHUNK_EXTENSIONS_OVERFLOW" ? 413 : 400;
  const code = status === 413 ? "PayloadTooLarge" : "BadRequest";
  return { status, code, message: `This is not a valid HTTP request: ${error.message}` };
}
