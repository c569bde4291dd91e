import { normalisePhone } from "../../functions/identity/phone.ts";

/** What the core layer and the seed need to be told, beside what has a default. */
export interface Choices {
  /** E.164. */
  adminPhone: string;
  /** First of the month, UTC: 2026-12-01. */
  budgetStart: string;
}

/**
 * Settles what `azd up` cannot know. What the azd environment holds is kept; for the phone number `ask` is called when it holds none.
 * @throws Error that says which value is wrong or missing, and how to set it
 */
export async function settle(
  env: Record<string, string | undefined>,
  now: Date,
  ask?: (question: string) => Promise<string>,
): Promise<Choices> {
  checkSms(env);
  const question = "Phone number of the first admin, with country code (for example +1 425 555 0100): ";
  const written = env.FIRST_ADMIN_PHONE || (await ask?.(question));
  if (!written) {
    throw new Error("No first admin: run `azd env set FIRST_ADMIN_PHONE +14255550100` with their number, then again.");
  }
  let adminPhone: string;
  try {
    adminPhone = normalisePhone(written);
  } catch (error) {
    throw new Error(`FIRST_ADMIN_PHONE is "${written}": ${(error as Error).message}.`);
  }
  // A budget's first month cannot be changed, so it is settled once and kept.
  const budgetStart = env.BUDGET_START || `${now.toISOString().slice(0, 7)}-01`;
  if (!/^20\d\d-(0[1-9]|1[0-2])-01$/.test(budgetStart)) {
    throw new Error(`BUDGET_START is "${budgetStart}"; it must be the first of a month, such as 2026-12-01.`);
  }
  return { adminPhone, budgetStart };
}

function checkSms(env: Record<string, string | undefined>): void {
  const channel = env.SMS_CHANNEL || "console";
  if (channel !== "console" && channel !== "sms") {
    throw new Error(`SMS_CHANNEL is "${channel}"; it must be console or sms.`);
  }
  if (channel === "sms" && !/^\+?\w{3,15}$/.test(env.SMS_FROM ?? "")) {
    throw new Error("SMS_CHANNEL is sms, which needs SMS_FROM: `azd env set SMS_FROM +18005550199` with your number.");
  }
}

/** What must be said about the channel of one-time codes; nothing when they are sent. */
export function channelWarning(env: Record<string, string | undefined>): string | undefined {
  if (env.SMS_CHANNEL === "sms") return undefined;
  return `
  ############################################################################
  #  NOT FOR CUSTOMERS: one-time codes are written to the application's log. #
  #  Whoever can read the log can sign in as anyone, admins included.        #
  #  For a real stand: azd env set SMS_CHANNEL sms  (docs/security.md)       #
  ############################################################################
`;
}
