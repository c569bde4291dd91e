/** Key-value pairs that accompany a message, with lower-case keys. */
export type Metadata = Readonly<Record<string, string>>;

/** The prefix of metadata headers in REST calls and handler responses. */
const metadataPrefix = "x-webpubsub-metadata-";

const most = { all: 8 * 1024, key: 256, value: 1024 };

/** Parses the metadata of a client's frame, or returns the error; `undefined` if there is none. */
export function metadataOf(given: unknown): Metadata | string | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== "object" || Array.isArray(given)) return "metadata must be an object of strings.";
  return checked(Object.entries(given));
}

/** The metadata in headers, or the error; `undefined` if there is none. */
export function metadataIn(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Metadata | string | undefined {
  const found: [string, unknown][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.length > metadataPrefix.length && name.startsWith(metadataPrefix))
      // The last value counts: of several headers, and of a list with commas in one.
      found.push([
        name.slice(metadataPrefix.length),
        lastOf(Array.isArray(value) ? (value.at(-1) ?? "") : (value ?? "")),
      ]);
  }
  return found.length === 0 ? undefined : checked(found);
}

const lastOf = (value: string) => value.slice(value.lastIndexOf(",") + 1).trim();

/** The headers that carry the metadata. */
export const metadataHeaders = (metadata: Metadata = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [metadataPrefix + key.toLowerCase(), value]));

function checked(entries: readonly [string, unknown][]): Metadata | string | undefined {
  let bytes = 0;
  for (const [key, value] of entries) {
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/i.test(key) || key.length > most.key)
      return `'${key}' is not a metadata key: it may have up to ${most.key} characters that are valid in the name of a header.`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for.
    if (typeof value !== "string" || value.length > most.value || !/^[\x00-\x7f]*$/.test(value))
      return `The metadata '${key}' must be a string of up to ${most.value} ASCII characters.`;
    bytes += key.length + value.length;
  }
  if (bytes > most.all) return `The metadata has ${bytes} bytes; at most ${most.all} are allowed.`;
  return entries.length === 0 ? undefined : Object.fromEntries(entries as [string, string][]);
}
