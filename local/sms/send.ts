import { Refusal } from "../kernel/refusal.ts";
import { isSender } from "./numbers.ts";

/** A call of `send`, checked. */
export interface SendRequest {
  from: string;
  message: string;
  recipients: { to: string; repeatabilityRequestId: string | undefined }[];
  tag: string | undefined;
  enableDeliveryReport: boolean;
}

/** Longest text, in characters, and most recipients of one call. */
const longestMessage = 2048;
const mostRecipients = 100;

/** A sender that is none, in the shape that the service was recorded to answer it. */
export class SenderRefusal extends Refusal {
  constructor(from: unknown) {
    const right = "a number in E.164 as long as its country's are (+4915112345678), a short code or a sender name";
    super(
      400,
      "BadRequest",
      `Invalid from phone number format. It is ${JSON.stringify(from)}; right would be ${right}.`,
    );
  }

  override get body(): unknown {
    return { From: ["Invalid from phone number format."] };
  }
}

/**
 * @param senders who may send; any may when it is left out.
 * @throws Refusal 400, or 401 for a sender that is somebody else's: what spoils the whole call. A bad recipient spoils only itself.
 */
export function readSend(body: Buffer, senders?: readonly string[]): SendRequest {
  const value = parse(body);
  known("The body", value, ["from", "message", "smsRecipients", "smsSendOptions"]);
  const { from, message, smsRecipients, smsSendOptions } = value;
  if (senders !== undefined && !senders.includes(String(from))) {
    const owned = senders.join(", ") || "none";
    throw new Refusal(401, "Unauthorized", `${JSON.stringify(from)} may not send; declared are ${owned}.`);
  }
  if (typeof from !== "string" || !isSender(from)) throw new SenderRefusal(from);
  if (typeof message !== "string" || message === "" || message.length > longestMessage) {
    throw invalid(`message must be a text of 1 to ${longestMessage} characters.`);
  }
  if (!Array.isArray(smsRecipients) || smsRecipients.length === 0 || smsRecipients.length > mostRecipients) {
    throw invalid(`smsRecipients must have 1 to ${mostRecipients} recipients.`);
  }
  const recipients = smsRecipients.map((each: unknown) => {
    const recipient = record(each, "A recipient");
    known("A recipient", recipient, ["to", "repeatabilityRequestId", "repeatabilityFirstSent"]);
    const { to } = recipient;
    if (typeof to !== "string") throw invalid("Each recipient needs a text, to.");
    text(recipient, "repeatabilityFirstSent");
    return { to, repeatabilityRequestId: text(recipient, "repeatabilityRequestId") };
  });
  const options = record(smsSendOptions ?? {}, "smsSendOptions");
  known("smsSendOptions", options, ["enableDeliveryReport", "tag"]);
  const { enableDeliveryReport = false } = options;
  if (typeof enableDeliveryReport !== "boolean") throw invalid("enableDeliveryReport must be true or false.");
  return { from, message, recipients, tag: text(options, "tag"), enableDeliveryReport };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return record(JSON.parse(body.toString()), "The body");
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw invalid(`The body is not JSON: ${(error as Error).message}`);
  }
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} must be an object.`);
  return value as Record<string, unknown>;
}

/** What nobody looks at is refused by name: other versions of the API have more. */
function known(what: string, value: Record<string, unknown>, members: string[]): void {
  const other = Object.keys(value).find((name) => !members.includes(name));
  if (other === undefined) return;
  throw invalid(`${what} has no member '${other}' in the version 2021-03-07; it has ${members.join(", ")}.`);
}

/** A text that may be left out. */
function text(value: Record<string, unknown>, name: string): string | undefined {
  const given = value[name] ?? undefined;
  if (given === undefined || typeof given === "string") return given;
  throw invalid(`${name} must be a text.`);
}

const invalid = (message: string) => new Refusal(400, "BadRequest", message);
