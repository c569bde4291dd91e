import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** A body that is longer than the server takes; what came of it is not kept. */
export class BodyTooLongError extends RangeError {}

export const defaultBodyLimit: number = 100 * 1024 * 1024;

/** On the request itself: a weak map would make each collection of young objects look at all requests since the last one. */
const bodies: unique symbol = Symbol("body");
/** Of requests that came with their body. */
const given: unique symbol = Symbol("body that came with it");
type Taken = IncomingMessage & { [bodies]?: Buffer | BodyTooLongError; [given]?: Buffer };

/** Says what the body of a request is that came whole: nobody has to read it from a stream. */
export function giveBody(request: Taken, body: Buffer): void {
  request[given] = body;
}

/** The whole body. @throws BodyTooLongError once it is longer than `limit` bytes; the rest has been read then, and dropped. */
export async function readBody(request: Taken, limit = defaultBodyLimit): Promise<Buffer> {
  const taken = request[bodies];
  const body = taken ?? (await takeBody(request, limit));
  if (body instanceof Error) throw body;
  if (body.length > limit) throw tooLong(limit);
  return body;
}

/** The body as a stream, whether it has been read already or not. */
export function bodyStream(request: Taken): Readable {
  const taken = request[bodies] ?? request[given];
  if (taken === undefined) return request;
  return Readable.from(taken instanceof Error || taken.length === 0 ? [] : [taken]);
}

/** Reads the body, once; one that is too long is read to its end all the same, or its sender would see a broken connection and no answer. */
export async function takeBody(request: Taken, limit: number): Promise<Buffer | BodyTooLongError> {
  const whole = request[given];
  if (whole !== undefined) return keep(request, whole.length > limit ? tooLong(limit) : whole);
  const { headers } = request;
  if (headers["transfer-encoding"] === undefined && !(Number(headers["content-length"] ?? 0) > 0))
    return keep(request, Buffer.alloc(0));
  return keep(request, await gathered(request, limit));
}

/** What comes until the end; rejects when it does not come to that. By listeners: an iterator over a stream costs as much as all else that is done for a small request. */
function gathered(request: IncomingMessage, limit: number): Promise<Buffer | BodyTooLongError> {
  let chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    let there = false;
    // Of a request that is there, too, it is said that it is closed: an error that nobody hears of would be made, with its stack.
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
