import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** Thrown for a body longer than the server's limit. Its bytes are not kept. */
export class BodyTooLongError extends RangeError {}

export const defaultBodyLimit: number = 100 * 1024 * 1024;

/** A property of the request itself: with a weak map, each collection of young objects would scan all requests since the last one. */
const bodies: unique symbol = Symbol("body");
/** For requests that arrived with their body. */
const given: unique symbol = Symbol("body that came with it");
type Taken = IncomingMessage & { [bodies]?: Buffer | BodyTooLongError; [given]?: Buffer };

/** Sets the body of a request that arrived whole, so that it need not be read from a stream. */
export function giveBody(request: Taken, body: Buffer): void {
  request[given] = body;
}

/** The whole body. @throws BodyTooLongError if it is longer than `limit` bytes; the rest has then been read and dropped. */
export async function readBody(request: Taken, limit = defaultBodyLimit): Promise<Buffer> {
  const taken = request[bodies];
  const body = taken ?? (await takeBody(request, limit));
  if (body instanceof Error) throw body;
  if (body.length > limit) throw tooLong(limit);
  return body;
}

/** The body as a stream, whether or not it has already been read. */
export function bodyStream(request: Taken): Readable {
  const taken = request[bodies] ?? request[given];
  if (taken === undefined) return request;
  return Readable.from(taken instanceof Error || taken.length === 0 ? [] : [taken]);
}

/** Reads the body once. A body that is too long is still read to its end; otherwise its sender would see a broken connection and no response. */
export async function takeBody(request: Taken, limit: number): Promise<Buffer | BodyTooLongError> {
  const whole = request[given];
  if (whole !== undefined) return keep(request, whole.length > limit ? tooLong(limit) : whole);
  const { headers } = request;
  if (headers["transfer-encoding"] === undefined && !(Number(headers["content-length"] ?? 0) > 0))
    return keep(request, Buffer.alloc(0));
  return keep(request, await gathered(request, limit));
}

/**
 * The bytes up to the end; rejects if the request ends early. Uses listeners: an async iterator over the stream costs as much as everything else for
 * a small request.
 */
function gathered(request: IncomingMessage, limit: number): Promise<Buffer | BodyTooLongError> {
  let chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    let there = false;
    // `close` is emitted for complete requests, too: rejecting would create an unused error with its stack.
    const cutOff = () => {
      if (!there) reject(new Error("The request was cut off before its end."));
    };
    const whole = () => {
      there = true;
      if (length > limit) resolve(tooLong(limit));
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length));
    };
    if (request.readableEnded) return whole();
    if (request.destroyed) return cutOff();
    request
      .on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length <= limit) chunks.push(chunk);
        else chunks = [];
      })
      .once("end", whole)
      .on("error", reject)
      .once("close", cutOff);
  });
}

function keep<T extends Buffer | BodyTooLongError>(request: Taken, body: T): T {
  request[bodies] = body;
  return body;
}

const tooLong = (limit: number) => new BodyTooLongError(`The body is longer than ${limit} bytes.`);
