import { Refusal } from "../kernel/refusal.ts";
import { invalid, known, parseBody, record, text } from "./members.ts";
import { isReachable, isSender } from "./numbers.ts";

/** A validated `send` call. */
export interface SendRequest {
  from: string;
  message: string;
  recipients: { to: string; repeatabilityRequestId: string | undefined }[];
  tag: string | undefined;
  enableDeliveryReport: boolean;
}

/** The maximum length of a text, in characters, and number of recipients of a call. */
const longestMessage = 2048;
const mostRecipients = 100;
/** The limits of the delivery report timeout, in seconds. Here the report comes at once. */
const [leastTimeout, mostTimeout] = [60, 43_200];

/** The refusal of an invalid sender, in the format recorded from the service. */
class SenderRefusal extends Refusal {
  constructor(from: unknown) {
    const right =
      "a number in E.164 with as many digits as the country's numbers have (+4915112345678), a short code or a sender name";
    super(400, "BadRequest", `Invalid from phone number format. It is ${JSON.stringify(from)}; it must be ${right}.`);
  }

  override get body(): unknown {
    return { From: ["Invalid from phone number format."] };
  }
}

/** The versions of the API: the first is used by the released client, the others by its betas, and have more features. */
export const versions = ["2021-03-07", "2024-12-10-preview", "2025-05-29-preview"] as const;
export type Version = (typeof versions)[number];

/**
 * @param senders the allowed senders; all if it is omitted.
 * @throws Refusal 400, or 401 for a sender of somebody else: errors that fail the whole call. An invalid recipient only fails by itself.
 */
export function readSend(body: Buffer, version: Version, senders?: readonly string[]): SendRequest {
  const value = parseBody(body);
  known("The body", value, ["from", "message", "smsRecipients", "smsSendOptions"], version);
  const { message, smsRecipients, smsSendOptions } = value;
  const from = senderOf(value, senders);
  if (typeof message !== "string" || message === "" || message.length > longestMessage) {
    throw invalid(`message must be a string of 1 to ${longestMessage} characters.`);
  }
  if (!Array.isArray(smsRecipients) || smsRecipients.length === 0 || smsRecipients.length > mostRecipients) {
    throw invalid(`smsRecipients must have 1 to ${mostRecipients} recipients.`);
  }
  const recipients = smsRecipients.map((each: unknown) => {
    const recipient = record(each, "A recipient");
    known("A recipient", recipient, ["to", "repeatabilityRequestId", "repeatabilityFirstSent"], version);
    const { to } = recipient;
    if (typeof to !== "string") throw invalid("Each recipient needs 'to', a string.");
    text(recipient, "repeatabilityFirstSent");
    return { to, repeatabilityRequestId: text(recipient, "repeatabilityRequestId") };
  });
  const options = record(smsSendOptions ?? {}, "smsSendOptions");
  const more = version === "2021-03-07" ? [] : ["deliveryReportTimeoutInSeconds"];
  known("smsSendOptions", options, ["enableDeliveryReport", "tag", ...more], version);
  const { enableDeliveryReport = false, deliveryReportTimeoutInSeconds: time = leastTimeout } = options;
  if (typeof enableDeliveryReport !== "boolean") throw invalid("enableDeliveryReport must be true or false.");
  if (!Number.isInteger(time) || Number(time) < leastTimeout || Number(time) > mostTimeout)
    throw invalid(`deliveryReportTimeoutInSeconds must be a whole number from ${leastTimeout} to ${mostTimeout}.`);
  return { from, message, recipients, tag: text(options, "tag"), enableDeliveryReport };
}

/** A call that sets or checks opt-outs. */
export interface OptOutRequest {
  from: string;
  numbers: string[];
}

/** @throws Refusal as `readSend` does. */
export function readOptOut(body: Buffer, version: Version, senders?: readonly string[]): OptOutRequest {
  const value = parseBody(body);
  known("The body", value, ["from", "recipients"], version);
  const { recipients } = value;
  const from = senderOf(value, senders);
  if (!isReachable(from))
    throw invalid(`${JSON.stringify(from)} is a name: nobody can reply to it, so it has no opt-outs.`);
  if (!Array.isArray(recipients) || recipients.length === 0 || recipients.length > mostRecipients) {
    throw invalid(`recipients must have 1 to ${mostRecipients} recipients.`);
  }
  const numbers = recipients.map((each: unknown) => {
    const recipient = record(each, "A recipient");
    known("A recipient", recipient, ["to"], version);
    if (typeof recipient.to !== "string") throw invalid("Each recipient needs 'to', a string.");
    return recipient.to;
  });
  return { from, numbers };
}

function senderOf({ from }: Record<string, unknown>, senders: readonly string[] | undefined): string {
  if (senders !== undefined && !senders.includes(String(from))) {
    const owned = senders.join(", ") || "none";
    throw new Refusal(401, "Unauthorized", `${JSON.stringify(from)} is not a declared sender; declared are ${owned}.`);
  }
  if (typeof from !== "string" || !isSender(from)) throw new SenderRefusal(from);
  return from;
}
