import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { type Refused, rawAnswer } from "./guard.ts";

/** The answer that a connection is in the middle of, as Node keeps it. */
interface OwnSocket {
  _httpMessage?: { _headerSent: boolean; req: { method?: string } } | null;
  destroySoon?(): void;
}

/** How headers that are too long are answered, where no service says it otherwise. */
export const headersTooLong = (most: number): Refused => ({
  status: 431,
  code: "RequestHeaderFieldsTooLarge",
  message: `The first line and the headers of a request have at most ${most} bytes here; this one has more.`,
});

/** Answers in words what cannot be read as a request; Node's own answer is a status without a body, and SDKs look into the body. */
export function answerUnreadable(server: Server, tooLong: Refused): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const own = socket as Duplex & OwnSocket;
    // Into an answer that is under way nothing may be written.
    if (!socket.writable || own._httpMessage?._headerSent) return void socket.destroy();
    const answer = rawAnswer(error.code === "HPE_HEADER_OVERFLOW" ? tooLong : unreadable(error));
    // What came behind a HEAD cannot be read: its answer has no body.
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
