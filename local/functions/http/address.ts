/** The address of a request, parsed as in Kestrel. */
export interface Address {
  /** The path that routes are matched against: decoded, except for escaped slashes and escapes that are not UTF-8, and without dot segments. */
  path: string;
  /** The path escaped again, as the handler sees it. */
  escapedPath: string;
  /** The query as sent, including the question mark; may be empty. */
  search: string;
}

/** The maximum length of a request's first line in bytes, as on Azure. */
const longestLine = 8_192;
/** The maximum length of a request's headers in bytes, and their maximum number, as on Azure. */
const longestHeaders = 32_768;
const mostHeaders = 100;

/** What is wrong with the size of a request's first line or headers, and the status of the response. */
export function oversize(
  method: string,
  target: string,
  rawHeaders: readonly string[],
): { status: 414 | 431; message: string } | undefined {
  if (method.length + target.length + " ".length + " HTTP/1.1".length > longestLine) {
    return { status: 414, message: `The address is too long: the first line of a request may have at most 8 KB.` };
  }
  let length = 0;
  for (let index = 0; index < rawHeaders.length; index++) length += (rawHeaders[index]?.length ?? 0) + 2;
  if (length > longestHeaders || rawHeaders.length > 2 * mostHeaders) {
    return { status: 431, message: "The headers of a request may have at most 32 KB, and there may be at most 100." };
  }
  return undefined;
}

/**
 * Parses a request's target.
 * @throws TypeError that says what is wrong: characters beyond ASCII, an escaped NUL, an invalid absolute URL.
 */
export function readAddress(target: string): Address {
  if (/[^\x21-\x7e]/.test(target))
    throw new TypeError("The address has characters beyond ASCII; they must be escaped.");
  const origin = target.startsWith("/") ? "" : (/^https?:\/\/[^/?]*/i.exec(target)?.[0] ?? undefined);
  if (origin === undefined) throw new TypeError("The address is malformed: it begins with a slash.");
  const [, rawPath = "", search = ""] = /^([^?]*)(.*)$/s.exec(target.slice(origin.length)) ?? [];
  if (/%00/.test(rawPath)) throw new TypeError("The path has an escaped NUL.");
  const path = withoutDots(unescaped(rawPath, /%2f/i));
  return { path: path === "" ? "/" : path, escapedPath: escapePath(path === "" ? "/" : path), search };
}

/** Decodes the escapes that are UTF-8; all others, and those to be kept, stay unchanged. */
function unescaped(text: string, keep?: RegExp): string {
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeRun(run, keep));
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a row of escapes: each complete, valid character is decoded, and all other bytes stay escaped. */
function decodeRun(run: string, keep: RegExp | undefined): string {
  const bytes = Buffer.from(run.replaceAll("%", ""), "hex");
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes[at] ?? 0);
    const escaped = run.slice(at * 3, (at + length) * 3);
    let decoded: string | undefined;
    try {
      decoded = length === 0 || at + length > bytes.length ? undefined : utf8.decode(bytes.subarray(at, at + length));
    } catch {
      decoded = undefined;
    }
    if (decoded === undefined || keep?.test(escaped)) {
      text += run.slice(at * 3, at * 3 + 3);
      at++;
    } else {
      text += decoded;
      at += length;
    }
  }
  return text;
}

/** The length in bytes of a UTF-8 character, by its first byte; 0 if no character begins with it. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/** Resolves `.` and `..` (RFC 3986, 5.2.4), including escaped ones. */
function withoutDots(path: string): string {
  if (!path.includes("/.")) return path;
  const kept: string[] = [];
  const parts = path.split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === "..") kept.pop();
    if (part !== "." && part !== "..") kept.push(part);
    else if (last) kept.push("");
  }
  return `/${kept.join("/")}`;
}

/** Escapes what is not allowed in a path; existing escapes stay unchanged (ASP.NET's `PathString`). */
function escapePath(path: string): string {
  return path.replace(/%(?![0-9a-f]{2})|[^\w.~!$&'()*+,;=:@/%-]+/gi, (text) =>
    text === "%" ? "%25" : escapeText(text),
  );
}

const escapeText = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/**
 * The parameters of a query as ASP.NET reads them: names are compared without case, a repeated name is spelled as the second time, and escapes that
 * are not UTF-8 stay unchanged.
 */
export function readQuery(search: string): Map<string, string[]> {
  const byName = new Map<string, { name: string; values: string[] }>();
  for (const pair of search.replace(/^\?/, "").split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const decoded = (text: string) => unescaped(text.replaceAll("+", " "));
    const name = decoded(at === -1 ? pair : pair.slice(0, at));
    const value = at === -1 ? "" : decoded(pair.slice(at + 1));
    const known = byName.get(name.toLowerCase());
    if (known === undefined) byName.set(name.toLowerCase(), { name, values: [value] });
    else {
      if (known.values.length === 1) known.name = name;
      known.values.push(value);
    }
  }
  return new Map([...byName.values()].map(({ name, values }) => [name, values]));
}

/** The first value of a query parameter; the name is compared without case. */
export function queryValue(query: ReadonlyMap<string, string[]>, wanted: string): string | undefined {
  for (const [name, values] of query) if (name.toLowerCase() === wanted) return values[0];
  return undefined;
}

/**
 * A request's headers by lower-case name. Repeated values are joined by a comma without a space, and each is decoded as UTF-8.
 * @throws TypeError if a value is not UTF-8.
 */
export function readHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = headerText(name, rawHeaders[index + 1] ?? "");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function headerText(name: string, raw: string): string {
  if (!/[\x80-\xff]/.test(raw)) return raw;
  try {
    return utf8.decode(Buffer.from(raw, "latin1"));
  } catch {
    throw new TypeError(`The header ${name} is not UTF-8.`);
  }
}
