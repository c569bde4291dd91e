import { createReadStream } from "node:fs";

/** The lines of a file with the offset after their line feed; `end` is `undefined` for a last line without one. */
export async function* readLines(path: string): AsyncGenerator<{ bytes: Buffer; end: number | undefined }> {
  let rest: Buffer[] = [];
  let offset = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let feed = chunk.indexOf(10); feed !== -1; feed = chunk.indexOf(10, start)) {
      rest.push(chunk.subarray(start, feed));
      yield { bytes: whole(rest), end: offset + feed + 1 };
      rest = [];
      start = feed + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    offset += chunk.length;
  }
  if (rest.length > 0) yield { bytes: whole(rest), end: undefined };
}

const whole = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
