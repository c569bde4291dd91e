import { servedPhone } from "../../functions/identity/phone.ts";
import { readCountries } from "../../functions/platform/settings.ts";
import { masked } from "./masked.ts";
import { wrongChoices } from "./wrong-choices.ts";

/** The values without a default that the core layer and the seed need. */
export interface Choices {
  /** E.164. */
  adminPhone: string;
  /** The first of the month, UTC: 2026-12-01; empty if there is no budget. */
  budgetStart: string;
}

/**
 * Determines the values that `azd up` cannot know. Values in the azd environment are kept; if it has no phone number, `ask` is called.
 * @throws Error that says which value is wrong or missing, and how to set it
 */
export async function settle(
  env: Record<string, string | undefined>,
  now: Date,
  ask?: (question: string) => Promise<string>,
): Promise<Choices> {
  const problems = wrongChoices(env);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const countries = readCountries(env.SMS_COUNTRIES);
  const question = "Phone number of the first admin, with country code (for example +1 425 555 0100): ";
  const written = env.FIRST_ADMIN_PHONE || (await ask?.(question));
  if (!written) {
    throw new Error("No first admin: run `azd env set FIRST_ADMIN_PHONE +14255550100` with their number, then again.");
  }
  let adminPhone: string;
  try {
    adminPhone = servedPhone(written, undefined, countries);
  } catch (error) {
    const why = (error as Error).message.replace(/\.$/, "");
    throw new Error(
      `FIRST_ADMIN_PHONE is "${masked(written)}": ${why}. SMS_COUNTRIES says which countries are served.`,
    );
  }
  // Without a budget there is no first month. A budget that is added later must begin in its own month.
  if (env.MONTHLY_BUDGET === "0") return { adminPhone, budgetStart: "" };
  // A budget's first month cannot be changed, so it is determined once and stored. A pipeline stores nothing, so it would choose another one next
  // month.
  const thisMonth = `${now.toISOString().slice(0, 7)}-01`;
  if (env.CI === "true" && !env.BUDGET_START) {
    throw new Error(
      `BUDGET_START is not set: a pipeline has to be told what the first deployment had, or ${thisMonth} if this is the first. Set it as a variable.`,
    );
  }
  const budgetStart = env.BUDGET_START || thisMonth;
  if (!/^20\d\d-(0[1-9]|1[0-2])-01$/.test(budgetStart)) {
    throw new Error(`BUDGET_START is "${budgetStart}"; it must be the first of a month, such as 2026-12-01.`);
  }
  return { adminPhone, budgetStart };
}

/** The default sender of the codes, which `main.parameters.json` sets. The application does not start without any sender. */
export const defaultSender = "Crema";

/** A warning about the channel of one-time codes; nothing if they are sent, and from a chosen sender. */
export function channelWarning(env: Record<string, string | undefined>): string | undefined {
  if (env.SMS_CHANNEL !== "sms") {
    return framed([
      "NOT FOR CUSTOMERS: one-time codes are written to the application's log.",
      "Whoever can read the log can sign in as anyone, admins included.",
      "For a real stand: azd env set SMS_CHANNEL sms  (docs/security.md)",
    ]);
  }
  if (env.SMS_FROM) return undefined;
  return framed([
    "ONE-TIME CODES MAY NOT ARRIVE: SMS_FROM is not set.",
    `They are sent in the name ${defaultSender}. Where that is not allowed, nobody can`,
    "sign in, admins included. Everything else runs.",
    "",
    "In the portal, in the Communication Services resource acs-crema-*,",
    "  buy a number:  Phone numbers, Get",
    "  or allow a name (not in the USA or Canada):  Alphanumeric Sender ID",
    "and then say which:",
    "  azd env set SMS_FROM +18005550199   (your number, or the name)",
    "  azd up",
    "Both can take weeks; docs/deploy.md says more.",
  ]);
}

function framed(lines: string[]): string {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = "#".repeat(width + 6);
  return `\n${[edge, ...lines.map((line) => `#  ${line.padEnd(width)}  #`), edge].map((line) => `  ${line}\n`).join("")}`;
}
