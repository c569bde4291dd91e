import { type Agent, request } from "node:http";
import { connect } from "node:net";

/** A request as it goes out; `raw` is written to the socket as it is, in place of all else. */
export interface Sent {
  method: string;
  /** With its query, encoded as it shall be. */
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  raw?: string;
}

export interface Answered {
  /** 0 where the server hung up, which it may where what came was no HTTP. */
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** How long an answer may take, in ms of the machine: by far more than any takes, so that what is not there then hangs. */
const patience = 60_000;

/** @throws Error when no answer came */
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
    // Whoever refuses a body may hang up before all of it came.
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      ["EPIPE", "ECONNRESET"].includes(error.code ?? "")
        ? resolve({ status: 0, headers: {}, body: "" })
        : reject(error),
    );
    outgoing.end(body);
  });
}

/** Writes these bytes, and says no more. */
export function sendRaw(origin: URL, raw: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(origin.port), origin.hostname);
    let text = "";
    const done = () => {
      socket.destroy();
      // What only says to go on is no answer yet.
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
    // A server that hangs up has answered.
    socket.on("error", done);
    // As somebody who has said all they want to: whoever waits for more need not.
    socket.end(Buffer.from(raw, "latin1"));
  });
}
