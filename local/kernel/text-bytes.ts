/** No UTF-8 begins with it: what follows is a text with half a character, of which UTF-8 would make the same as of any other half. */
const halves = 0xff;

/** Writes a text at the beginning of a buffer, so that each text has its own bytes: as UTF-8 where that can say it. @returns how many bytes */
export function writeText(bytes: Buffer, text: string): number {
  if (text.isWellFormed()) return bytes.write(text, "utf8");
  bytes[0] = halves;
  return 1 + bytes.write(text, 1, "utf16le");
}

/** Where the text that is looked for is written, until the next one is. */
export const scratch: { bytes: Buffer } = { bytes: Buffer.alloc(4096) };

/** Writes a text into {@link scratch}. @returns how many bytes */
export function intoScratch(text: string): number {
  if (text.length * 3 > scratch.bytes.length) scratch.bytes = Buffer.alloc(text.length * 4);
  return writeText(scratch.bytes, text);
}

/** A text written so, as bytes of its own. */
export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const bytes = Buffer.alloc(1 + text.length * 2);
  return bytes.subarray(0, writeText(bytes, text));
}

/** The text that was written so. */
export function readText(bytes: Buffer, start: number, end: number): string {
  return bytes[start] === halves && end > start
    ? bytes.toString("utf16le", start + 1, end)
    : bytes.toString("utf8", start, end);
}
