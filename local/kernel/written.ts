/**
 * Encodes any text for a URL: unchanged, or as JSON if it would not arrive unchanged. `.` and `..` are removed from paths, a lone surrogate is
 * replaced, and a text that begins with a quote would be taken for JSON.
 */
export const writtenOf = (text: string): string => (/^(?:\.{1,2}$|")|\p{Cs}/u.test(text) ? JSON.stringify(text) : text);

/** Decodes what `writtenOf` has encoded. A text that begins with a quote but is not JSON is returned unchanged. */
export function readWritten(written: string): string {
  if (!written.startsWith('"')) return written;
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "string" ? value : written;
  } catch {
    return written;
  }
}
