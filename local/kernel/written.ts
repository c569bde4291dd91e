/**
 * Any text as an address can hold it: as it is, or as JSON where it would not arrive as it is. `.` and `..` are taken out of paths, half a
 * surrogate pair becomes another character, and what begins with a quote would be taken for JSON.
 */
export const writtenOf = (text: string): string => (/^(?:\.{1,2}$|")|\p{Cs}/u.test(text) ? JSON.stringify(text) : text);

/** What `writtenOf` has written. A quote that begins no JSON text is one. */
export function readWritten(written: string): string {
  if (!written.startsWith('"')) return written;
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "string" ? value : written;
  } catch {
    return written;
  }
}
