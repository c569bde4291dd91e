import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { Refusal } from "../platform/refusal.ts";

/**
 * A phone number in E.164, such as +14255550100, from any way of writing it.
 * @param country ISO 3166 code of the country that a number without a country code is read in.
 * @throws Refusal `bad-request` that says what is missing
 */
export function normalisePhone(written: string, country?: string): string {
  const hint = country?.toUpperCase();
  if (hint !== undefined && !isSupportedCountry(hint)) {
    throw wrong("country", "is not the code of a country, such as US or DE");
  }
  const number = parsePhoneNumberFromString(written, hint as CountryCode | undefined);
  if (number === undefined && hint === undefined && !written.trim().startsWith("+")) {
    throw wrong("phone", "needs its country code, such as +1 425 555 0100");
  }
  if (!number?.isValid()) throw wrong("phone", "is not a phone number that exists");
  return number.number;
}

/** All but the last three digits hidden. */
export function maskPhone(phone: string): string {
  return `••• ${phone.slice(-3)}`;
}

function wrong(path: string, message: string): Refusal {
  return new Refusal("bad-request", `${path} ${message}`, { errors: [{ path, message }] });
}
