/** A date of a header, as RFC 1123 has it, in milliseconds since the epoch; `undefined` when it is none. The SDK of Go says UTC for GMT. (ChangeFeedOptions of azcosmos) */
export function readDate(text: string): number | undefined {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  return new Date(time).toUTCString().toLowerCase() === text.toLowerCase().replace(/utc$/, "gmt") ? time : undefined;
}
