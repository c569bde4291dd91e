import type { Message } from "./protocol.ts";

/** The data of one write to a socket. */
export interface Piece {
  readonly data: string | Uint8Array;
  readonly encoding: BufferEncoding | null | undefined;
}

const isUtf8 = ({ encoding }: Piece): boolean => !encoding || encoding === "utf8" || encoding === "utf-8";

const bytesOf = ({ data, encoding }: Piece): Uint8Array =>
  typeof data === "string" ? Buffer.from(data, encoding ?? "utf8") : data;

const beyondAscii = /[^\0-\x7f]/;

/**
 * Joins what Node wrote of one message. `head` is the head that it wrote first. The first piece begins with it, alone or followed by the body or its
 * beginning.
 */
export function messageOf(head: string, pieces: readonly Piece[]): Message {
  const [first, ...more] = pieces;
  const text = typeof first?.data === "string" ? first.data : "";
  const rest: Piece = { data: text.slice(head.length), encoding: first?.encoding };
  const parts = [rest, ...more].filter(({ data }) => data.length > 0);
  const [only] = parts;
  // Headers are read as latin1, whatever encoding they were written in.
  const read = beyondAscii.test(head) ? Buffer.from(head, first?.encoding ?? "utf8").toString("latin1") : head;
  if (only === undefined) return { head: read, body: undefined };
  if (parts.length > 1) return { head: read, body: Buffer.concat(parts.map(bytesOf)) };
  if (typeof only.data === "string" && isUtf8(only)) return { head: read, body: only.data };
  return { head: read, body: bytesOf(only) };
}

/** The bytes of the body; empty if there is none. */
export function bodyBytes({ body }: Message): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** The length of the body in bytes. */
export const bodyLength = ({ body }: Message): number =>
  body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;

/** The content of a chunked body that Node itself wrote. */
export function joined(chunked: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = chunked.indexOf("\r\n", at);
    const length = end === -1 ? 0 : Number.parseInt(chunked.toString("latin1", at, end), 16);
    if (!(length > 0)) return Buffer.concat(chunks);
    chunks.push(chunked.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
