import { parsedPhone } from "../platform/phone.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Countries } from "../platform/settings.ts";

/**
 * Normalizes a phone number as `normalisePhone` does (E.164), and accepts only mobile numbers of the served countries. Premium, shared-cost, satellite and
 * other special numbers are refused in every country, since SMS fraud earns money with them.
 * @throws Refusal `bad-request`, `number-not-served`, `country-not-served`
 */
export function servedPhone(written: string, country: string | undefined, countries: Countries): string {
  const number = parsedPhone(written, country);
  const errors = (message: string) => ({ errors: [{ path: "phone", message }] });
  // Numbers without a country (+870, +881, +882, +883, +979 …) belong to satellites and services.
  if (number.country === undefined || !["MOBILE", "FIXED_LINE_OR_MOBILE"].includes(number.getType() ?? "")) {
    throw new Refusal(
      "number-not-served",
      "This is not the number of a mobile phone.",
      errors("is not a mobile phone's"),
    );
  }
  if (countries !== "all" && !countries.has(number.country)) {
    const name = new Intl.DisplayNames("en", { type: "region" }).of(number.country);
    throw new Refusal("country-not-served", `No codes are sent to ${name}.`, errors(`is one of ${name}`));
  }
  return number.number;
}

/** Hides all but the last three digits. */
export function maskPhone(phone: string): string {
  return `••• ${phone.slice(-3)}`;
}
