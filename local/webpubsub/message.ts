import { type Metadata, metadataIn, metadataOf } from "./metadata.ts";
import { Refusal } from "./refusal.ts";

/** The longest message: 1 MB. */
export const mostBytes = 1024 * 1024;

export type DataType = "json" | "text" | "binary" | "protobuf";

/** A message: its data as in a frame (JSON text), and as a client without a subprotocol receives it. */
export interface Message {
  readonly dataType: DataType;
  /** JSON text of the `data` member; base64 for binary. */
  readonly data: string;
  readonly raw: string | Buffer;
  readonly metadata?: Metadata;
}

/** Content types by data type; any other is refused. */
export const contentTypes = {
  json: "application/json",
  text: "text/plain; charset=utf-8",
  binary: "application/octet-stream",
} as const;

/** Parses the body of a REST send. Without a content type it is bytes. @throws Refusal 400 or 415. */
export function messageOfBody(
  body: Buffer,
  contentType: string,
  headers: Readonly<Record<string, string | string[] | undefined>> = {},
): Message {
  const metadata = metadataIn(headers);
  if (typeof metadata === "string") throw new Refusal(400, "BadRequest", metadata, "metadata");
  const message = messageOfContent(inUtf8(body, contentType), contentType || contentTypes.binary);
  if (typeof message === "string") throw new Refusal(400, "BadRequest", message);
  if (message === undefined) {
    throw unsupported(
      `The content type is '${mediaOf(contentType)}'; it must be application/json, text/plain or application/octet-stream.`,
    );
  }
  return withMetadata(message, metadata);
}

/** The body of JSON or text in UTF-8, if its content type says another encoding. @throws Refusal 415 if there is no such encoding. */
export function inUtf8(body: Buffer, contentType: string): Buffer {
  const [, quote = "", charset = "", end = ""] = /;\s*charset\s*=\s*("?)([^";]*)("?)/i.exec(contentType) ?? [];
  if (quote === "" && charset.trim() === "") return body;
  if (mediaOf(contentType) === contentTypes.binary) return body;
  try {
    if (quote !== end) throw new RangeError("A quote does not end.");
    const decoder = new TextDecoder(charset.trim());
    return decoder.encoding === "utf-8" ? body : Buffer.from(decoder.decode(body));
  } catch {
    throw unsupported(`The content type '${contentType}' has a charset that is not known; send UTF-8.`);
  }
}

const unsupported = (message: string) => new Refusal(415, "UnsupportedMediaType", message);

/** Parses bytes by their content type: a message, an error, or `undefined` for an unsupported content type. */
export function messageOfContent(body: Buffer, contentType: string): Message | string | undefined {
  const media = mediaOf(contentType);
  if (media === "application/octet-stream") return binary(body, "binary");
  const text = body.toString();
  if (media === "text/plain") return textMessage(text);
  return media === "application/json" ? jsonMessage(text) : undefined;
}

/** The media type of a content type, without its parameters. */
export const mediaOf = (contentType: string) => contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** A whole frame of a client without a subprotocol, as a message. */
export function messageOfRaw(data: Buffer, isBinary: boolean): Message {
  return isBinary ? binary(data, "binary") : textMessage(data.toString());
}

/** The members of a frame that make up a message. */
export interface FrameData {
  dataType?: unknown;
  data?: unknown;
  metadata?: unknown;
}

/** Parses the data of a client's JSON frame, or returns the error. */
export function messageOfFrame({ dataType = "json", data, metadata }: FrameData): Message | string {
  const more = metadataOf(metadata);
  if (typeof more === "string") return more;
  if (data === undefined) return more === undefined ? "data is missing." : withMetadata(textMessage(""), more);
  const message = messageOf(typeof dataType === "string" ? dataType.toLowerCase() : dataType, data);
  return typeof message === "string" ? message : withMetadata(message, more);
}

/** Node silently decodes the valid part of invalid base64. */
const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

function messageOf(dataType: unknown, data: unknown): Message | string {
  switch (dataType) {
    case "json": {
      if (data === null) return "data is null; it must be a value.";
      const text = JSON.stringify(data);
      return { dataType, data: text, raw: text };
    }
    case "text":
      return typeof data === "string" ? textMessage(data) : "data must be a string.";
    case "binary":
    case "protobuf":
      return typeof data === "string" && isBase64(data)
        ? binary(Buffer.from(data, "base64"), dataType)
        : "data must be base64, as in AQI= or AQID: letters, digits, + and /, padded with = to a multiple of four.";
    default:
      return "dataType must be json, text, binary or protobuf.";
  }
}

/** The stored form of a message. */
export type KeptMessage = Omit<Message, "raw">;

/** Converts a message to its stored form, the input of `messageOfKept`. */
export const keptMessage = ({ dataType, data, metadata }: Message): KeptMessage => ({
  ...{ dataType, data },
  ...(metadata === undefined ? {} : { metadata }),
});

/** Restores a message from its stored form. */
export function messageOfKept(kept: KeptMessage): Message {
  const { dataType, data } = kept;
  if (dataType === "json") return { ...kept, raw: data };
  const text = JSON.parse(data) as string;
  return { ...kept, raw: dataType === "text" ? text : Buffer.from(text, "base64") };
}

/** A message of plain text. */
export const textMessage = (text: string): Message => ({ dataType: "text", data: JSON.stringify(text), raw: text });

/** A message of JSON text, or the error. */
export function jsonMessage(text: string): Message | string {
  try {
    JSON.parse(text);
  } catch (error) {
    return `The message is not JSON: ${(error as Error).message}`;
  }
  return { dataType: "json", data: text, raw: text };
}

/** A message of bytes; a JSON frame contains them as base64. */
export const binary = (bytes: Buffer, dataType: "binary" | "protobuf"): Message => ({
  dataType,
  data: JSON.stringify(bytes.toString("base64")),
  raw: bytes,
});

/** Adds metadata to a message, if there is any. */
export const withMetadata = (message: Message, metadata: Metadata | undefined): Message =>
  metadata === undefined ? message : { ...message, metadata };
