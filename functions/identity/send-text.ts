import type { InvocationContext } from "@azure/functions";
import { sms } from "../platform/clients.ts";

/** What came of a message: the service took it, refuses its recipient, or took nothing. */
export type Sent = "sent" | "refused" | "failed";

/** Sends an SMS; neither number nor text is ever logged. */
export async function sendText(
  from: string,
  phone: string,
  message: string,
  log: Pick<InvocationContext, "error">,
): Promise<Sent> {
  let result: { successful: boolean; httpStatusCode: number } | undefined;
  try {
    const client = await sms();
    [result] = await client.send({ from, to: [phone], message });
  } catch (error) {
    // Not the error itself: it may hold the request.
    const { name, statusCode, code: reason } = error as { name?: string; statusCode?: number; code?: string };
    log.error("The SMS service did not take a message", { name, statusCode, reason });
    return "failed";
  }
  if (result?.successful) return "sent";
  log.error("The SMS service refused a recipient", { status: result?.httpStatusCode });
  return "refused";
}
