import { Refusal } from "./refusal.ts";

/** The longest message: 1 MB. */
export const mostBytes = 1024 * 1024;

export type DataType = "json" | "text" | "binary" | "protobuf";

/** What is sent: the data as it stands in a frame (JSON text), and as a client without a subprotocol gets it. */
export interface Message {
  readonly dataType: DataType;
  /** JSON text of the `data` member: base64 for binary. */
  readonly data: string;
  readonly raw: string | Buffer;
}

/** Reads the body of a REST send. @throws Refusal 400, 413 or 415. */
export function messageOfBody(body: Buffer, contentType: string): Message {
  if (body.length > mostBytes) {
    throw new Refusal(
      413,
      "PayloadTooLarge",
      `The message has ${body.length} bytes; at most ${mostBytes} are allowed.`,
    );
  }
  const media = contentType.split(";", 1)[0]?.trim().toLowerCase();
  const text = body.toString();
  if (media === "text/plain") return { dataType: "text", data: JSON.stringify(text), raw: text };
  if (media === "application/octet-stream") return binary(body, "binary");
  if (media !== "application/json") {
    throw new Refusal(
      415,
      "UnsupportedMediaType",
      `The content type is '${media}'; it must be application/json, text/plain or application/octet-stream.`,
    );
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, "BadRequest", `The message is not JSON: ${(error as Error).message}`);
  }
  return { dataType: "json", data: text, raw: text };
}

/** A whole frame of a client without a subprotocol, as a message. */
export function messageOfRaw(data: Buffer, isBinary: boolean): Message {
  if (isBinary) return binary(data, "binary");
  const text = data.toString();
  return { dataType: "text", data: JSON.stringify(text), raw: text };
}

/** Reads the data of a client's frame, or says what is wrong with it. */
export function messageOfFrame(dataType: unknown, data: unknown): Message | string {
  if (data === undefined) return "data is missing.";
  switch (dataType) {
    case "json": {
      const text = JSON.stringify(data);
      return { dataType, data: text, raw: text };
    }
    case "text":
      return typeof data === "string" ? { dataType, data: JSON.stringify(data), raw: data } : "data must be a string.";
    case "binary":
    case "protobuf":
      return typeof data === "string" ? binary(Buffer.from(data, "base64"), dataType) : "data must be base64.";
    default:
      return "dataType must be json, text, binary or protobuf.";
  }
}

const binary = (bytes: Buffer, dataType: "binary" | "protobuf"): Message => ({
  dataType,
  data: JSON.stringify(bytes.toString("base64")),
  raw: bytes,
});
