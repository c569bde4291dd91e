import { type Agent, request } from "node:http";
import { connect } from "node:net";

/** A request as it is sent; `raw` is written to the socket unchanged, in place of everything else. */
export interface Sent {
  method: string;
  /** With its query, encoded as it is sent. */
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  raw?: string;
}

export interface Answered {
  /** 0 if the server closed the connection, which it may after invalid HTTP. */
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** The timeout of a response, in ms of the machine: far longer than any takes, so that it indicates a hang. */
const patience = 60_000;

/** @throws Error if no response arrived */
export function send(origin: URL, sent: Sent, agent: Agent): Promise<Answered> {
  return sent.raw === undefined ? sendHttp(origin, sent, agent) : sendRaw(origin, sent.raw);
}

function sendHttp(origin: URL, { method, path, headers, body }: Sent, agent: Agent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = origin;
    const outgoing = request({ hostname, port, method, path, headers, agent, timeout: patience }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`No answer in ${patience / 1000} s`)));
    // A server that refuses a body may close the connection before all of it was received.
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      ["EPIPE", "ECONNRESET"].includes(error.code ?? "")
        ? resolve({ status: 0, headers: {}, body: "" })
        : reject(error),
    );
    outgoing.end(body);
  });
}

/** Writes these bytes, and nothing more. */
export function sendRaw(origin: URL, raw: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(origin.port), origin.hostname);
    let text = "";
    const done = () => {
      socket.destroy();
      // An interim response is not the response.
      const [head = "", ...rest] = text.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, "").split("\r\n\r\n");
      const lines = head.split("\r\n").slice(1);
      const headers = Object.fromEntries(lines.map((line) => [line.split(":")[0]?.toLowerCase(), line.split(": ")[1]]));
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), headers, body: rest.join("\r\n\r\n") });
    };
    socket.setTimeout(patience, () => {
      socket.destroy();
      reject(new Error(`No answer in ${patience / 1000} s`));
    });
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.on("close", done);
    // A server that closes the connection has responded.
    socket.on("error", done);
    // Ends the sending side: the server need not wait for more.
    socket.end(Buffer.from(raw, "latin1"));
  });
}
