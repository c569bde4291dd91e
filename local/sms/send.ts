import { Refusal } from "../kernel/refusal.ts";

/** A call of `send`, checked. */
export interface SendRequest {
  from: string;
  message: string;
  recipients: { to: string; repeatabilityRequestId: string | undefined }[];
  tag: string | undefined;
}

/** Longest text, in characters, and most recipients of one call. */
const longestMessage = 2048;
const mostRecipients = 100;

/** E.164: a plus, a digit that is not 0, at most 15 digits in all. */
export const isE164 = (number: string) => /^\+[1-9]\d{1,14}$/.test(number);

/** What may send: a number, a short code, or a name of letters and digits. */
const isSender = (from: string) =>
  isE164(from) || /^\d{5,6}$/.test(from) || /^(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}$/.test(from);

/** @throws Refusal 400 for what spoils the whole call; a bad recipient spoils only itself. */
export function readSend(body: Buffer): SendRequest {
  const value = parse(body);
  const { from, message, smsRecipients, smsSendOptions } = value;
  if (typeof from !== "string" || !isSender(from)) {
    throw invalid("from must be a number in E.164 (+4915112345678), a short code or a sender name.");
  }
  if (typeof message !== "string" || message === "" || message.length > longestMessage) {
    throw invalid(`message must be a text of 1 to ${longestMessage} characters.`);
  }
  if (!Array.isArray(smsRecipients) || smsRecipients.length === 0 || smsRecipients.length > mostRecipients) {
    throw invalid(`smsRecipients must have 1 to ${mostRecipients} recipients.`);
  }
  const recipients = smsRecipients.map((recipient: unknown) => {
    const { to, repeatabilityRequestId } = record(recipient, "A recipient");
    if (typeof to !== "string") throw invalid("Each recipient needs a text, to.");
    return {
      to,
      repeatabilityRequestId: typeof repeatabilityRequestId === "string" ? repeatabilityRequestId : undefined,
    };
  });
  const { tag } =
    smsSendOptions === undefined || smsSendOptions === null ? {} : record(smsSendOptions, "smsSendOptions");
  return { from, message, recipients, tag: typeof tag === "string" ? tag : undefined };
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

const invalid = (message: string) => new Refusal(400, "BadRequest", message);
