/**
 * Parses a header's date in RFC 1123 format, in milliseconds since the epoch; `undefined` if it is invalid. The Go SDK writes UTC for GMT.
 * (ChangeFeedOptions of azcosmos)
 */
export function readDate(text: string): number | undefined {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  return new Date(time).toUTCString().toLowerCase() === text.toLowerCase().replace(/utc$/, "gmt") ? time : undefined;
}
