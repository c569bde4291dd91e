/** What ends a line, what a log is filled ahead with, and what says that a byte which is one of these three follows, changed. */
const [feed, zero, mark] = [10, 0, 27];
const changed = 64;

/** Any bytes, as a line of a log may have them: without line feeds and zeros. About one byte in a hundred becomes two. */
export function putEscaped(bytes: Buffer, into: Buffer, from: number): number {
  let to = from;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === feed || byte === zero || byte === mark) {
      into[to++] = mark;
      into[to++] = byte ^ changed;
    } else into[to++] = byte;
  }
  return to;
}

/** The bytes again. */
export function unescaped(line: Buffer, from: number): Buffer {
  const bytes = Buffer.allocUnsafe(line.length - from);
  let to = 0;
  for (let at = from; at < line.length; at++) {
    const byte = line[at] as number;
    bytes[to++] = byte === mark ? (line[++at] as number) ^ changed : byte;
  }
  return bytes.subarray(0, to);
}
