/** The request of a `callHttp`, as the SDK passes it on. */
export interface HttpRequest {
  readonly method: string;
  readonly uri: string;
  readonly content?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly tokenSource?: { readonly resource?: string };
}

/** A request as it is sent; each header name occurs once. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | undefined;
}

/** Headers that .NET keeps with the content and accepts nowhere else. The host leaves those of a response out. */
export const contentHeaders: ReadonlySet<string> = new Set([
  ...["allow", "content-disposition", "content-encoding", "content-language", "content-length", "content-location"],
  ...["content-md5", "content-range", "content-type", "expires", "last-modified"],
]);

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const headerName = new RegExp(`^${token}$`);
const mediaType = new RegExp(`^${token}/${token}$`);
const defaultType = "text/plain";
const formType = "application/x-www-form-urlencoded";

/**
 * Converts a `callHttp` as the host does.
 * @throws Error if the host fails or leaves something out, with the host's message if there is one
 * Source: `ConvertToHttpRequestMessage` in `TaskHttpActivityShim.cs` of the extension, and the headers of .NET that it fills.
 */
export function outgoing({ method, uri, content, headers = {} }: HttpRequest): Outgoing {
  const url = addressOf(uri);
  const sent = new Map<string, string>();
  let type = "";
  for (const [name, value] of byName(headers)) {
    const lower = name.toLowerCase();
    if (lower === "content-type") type = value;
    else if (contentHeaders.has(lower)) throw new Error(misused(name));
    else sent.set(name, value);
  }
  if (type.includes("multipart"))
    throw new Error("Multipart content is not supported with CallHttpAsync. Send such a body from an activity.");
  // Without content, its type is not sent.
  if (content === undefined || content === null) return { method, url, headers: sent, body: undefined };
  sent.set("Content-Type", contentType(type || defaultType));
  return { method, url, headers: sent, body: String(content) };
}

function addressOf(uri: string): URL {
  if (!URL.canParse(uri)) throw new Error(`Invalid URI: "${uri}" is not an absolute address.`);
  const url = new URL(uri);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`Only 'http' and 'https' schemes are allowed; "${uri}" has another.`);
  return url;
}

/** Text values by name; of names that differ only in case the last one counts. */
function byName(headers: Readonly<Record<string, unknown>>): Iterable<[string, string]> {
  const found = new Map<string, [string, string]>();
  for (const [name, value] of Object.entries(headers)) {
    if (!headerName.test(name)) throw new Error(`The header name format is invalid: "${name}".`);
    found.set(name.toLowerCase(), [name, textOf(name, value)]);
  }
  return found.values();
}

function textOf(name: string, value: unknown): string {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!values.every((one) => typeof one === "string")) {
    throw new Error(
      `The header "${name}" is ${JSON.stringify(value)}, which is not a string. Azure leaves it out without a message. Make it a string.`,
    );
  }
  const text = values.join(separators.get(name.toLowerCase()) ?? ", ");
  if (/[\r\n\0]/.test(text)) throw new Error(`New-line characters are not allowed in header values: "${name}".`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is what may be there
  if (/[^\u0000-\u007f]/.test(text)) throw new Error(`Request headers must contain only ASCII characters: "${name}".`);
  return text;
}

/** The separator of several values, if it is not a comma. */
const separators = new Map([
  ["cookie", "; "],
  ["user-agent", " "],
]);

function contentType(type: string): string {
  if (!mediaType.test(type)) {
    const [plain = ""] = type.split(";");
    const instead = mediaType.test(plain.trim()) ? `"${plain.trim()}"` : `a media type such as "application/json"`;
    throw new Error(
      `The format of value '${type}' is invalid. As the Content-Type of callHttp, Azure accepts a media type without parameters: write ${instead}; the text is sent as UTF-8.`,
    );
  }
  return type.toLowerCase() === formType ? `${type}; charset=utf-8` : type;
}

const misused = (name: string) =>
  `Misused header name, '${name}'. Make sure request headers are used with HttpRequestMessage, response headers with HttpResponseMessage, and content headers with HttpContent objects. Of the content headers, callHttp accepts only Content-Type: leave ${name} out, or send the request from an activity.`;
