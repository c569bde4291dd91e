import type { Message } from "./protocol.ts";

/** What was written to a socket at once. */
export interface Piece {
  readonly data: string | Uint8Array;
  readonly encoding: BufferEncoding | null | undefined;
}

const isUtf8 = ({ encoding }: Piece): boolean => !encoding || encoding === "utf8" || encoding === "utf-8";

const bytesOf = ({ data, encoding }: Piece): Uint8Array =>
  typeof data === "string" ? Buffer.from(data, encoding ?? "utf8") : data;

const beyondAscii = /[^\0-\x7f]/;

/**
 * Puts together what Node wrote of one message. `head` is what it wrote first, which stands at the beginning of the first piece: alone, or with the
 * body behind it, or with the beginning of that.
 */
export function messageOf(head: string, pieces: readonly Piece[]): Message {
  const [first, ...more] = pieces;
  const text = typeof first?.data === "string" ? first.data : "";
  const rest: Piece = { data: text.slice(head.length), encoding: first?.encoding };
  const parts = [rest, ...more].filter(({ data }) => data.length > 0);
  const [only] = parts;
  // Headers are read as latin1, in whatever encoding they were written.
  const read = beyondAscii.test(head) ? Buffer.from(head, first?.encoding ?? "utf8").toString("latin1") : head;
  if (only === undefined) return { head: read, body: undefined };
  if (parts.length > 1) return { head: read, body: Buffer.concat(parts.map(bytesOf)) };
  if (typeof only.data === "string" && isUtf8(only)) return { head: read, body: only.data };
  return { head: read, body: bytesOf(only) };
}

/** The body in bytes; an empty one when there is none. */
export function bodyBytes({ body }: Message): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** How long the body is in bytes. */
export const bodyLength = ({ body }: Message): number =>
  body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;

/** What stands in chunks as it was before it was cut: of what Node cut itself. */
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
