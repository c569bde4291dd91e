import type { InvocationContext } from "@azure/functions";
import { sms } from "../platform/clients.ts";

/** The result of a message: accepted, refused for its recipient, or not accepted at all. */
export type Sent = "sent" | "refused" | "failed";

const minute = 60_000;
/**
 * The SMS service's failures in this minute of the clock, as seen by this process. Failed requests count towards the service's rate limit (some 200 a
 * minute for a sender number), so further requests would keep other messages from being sent.
 */
const failures = { minute: 0, count: 0 };
const mostFailures = 60;

/** Sends an SMS, unless the service failed too often in this minute; neither number nor text is ever logged. */
export async function sendText(
  from: string,
  phone: string,
  message: string,
  log: Pick<InvocationContext, "error">,
): Promise<Sent> {
  const now = Math.floor(Date.now() / minute);
  if (failures.minute !== now) Object.assign(failures, { minute: now, count: 0 });
  if (failures.count >= mostFailures) return "failed";
  let result: { successful: boolean; httpStatusCode: number } | undefined;
  try {
    const client = await sms();
    [result] = await client.send({ from, to: [phone], message });
  } catch (error) {
    // Do not log the error itself, which may contain the request.
    const { name, statusCode, code: reason } = error as { name?: string; statusCode?: number; code?: string };
    return failed({ name, statusCode, reason }, log);
  }
  if (result?.successful) return "sent";
  const status = result?.httpStatusCode;
  if (!isOfRecipient(status)) return failed({ statusCode: status }, log);
  log.error("The SMS service refused a recipient", { status });
  return "refused";
}

/**
 * Whether a result that is no success says something about the number. A recipient's result may also have the status of a service that is busy or broken.
 * @see https://learn.microsoft.com/javascript/api/@azure/communication-sms/smssendresult
 */
function isOfRecipient(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![408, 429].includes(status);
}

function failed(why: Record<string, unknown>, log: Pick<InvocationContext, "error">): "failed" {
  log.error("The SMS service did not take a message", why);
  if (++failures.count === mostFailures) log.error("It is not asked any more until the minute is over");
  return "failed";
}
