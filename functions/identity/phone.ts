import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { Refusal } from "../platform/refusal.ts";
import type { Countries } from "../platform/settings.ts";

/**
 * A phone number in E.164, such as +14255550100, from any way of writing it.
 * @param country ISO 3166 code of the country that a number without a country code is read in.
 * @throws Refusal `bad-request` that says what is missing
 */
export function normalisePhone(written: string, country?: string): string {
  return parsed(written, country).number;
}

/**
 * The same, of a mobile phone in a country that codes are sent to. Premium, shared-cost, satellite and other special numbers are refused in every
 * country: they are what messages are asked for to earn by them.
 * @throws Refusal `bad-request`, `number-not-served`, `country-not-served`
 */
export function servedPhone(written: string, country: string | undefined, countries: Countries): string {
  const number = parsed(written, country);
  const errors = (message: string) => ({ errors: [{ path: "phone", message }] });
  // Numbers of no country (+870, +881, +882, +883, +979 …) are those of satellites and of services.
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

function parsed(written: string, country: string | undefined): PhoneNumber {
  const hint = country?.toUpperCase();
  if (hint !== undefined && !isSupportedCountry(hint)) {
    throw wrong("country", "is not the code of a country, such as US or DE");
  }
  const number = parsePhoneNumberFromString(written, hint as CountryCode | undefined);
  if (number === undefined && hint === undefined && !written.trim().startsWith("+")) {
    throw wrong("phone", "needs its country code, such as +1 425 555 0100");
  }
  if (!number?.isValid()) throw wrong("phone", "is not a phone number that exists");
  return number;
}

/** All but the last three digits hidden. */
export function maskPhone(phone: string): string {
  return `••• ${phone.slice(-3)}`;
}

function wrong(path: string, message: string): Refusal {
  return new Refusal("bad-request", `${path} ${message}`, { errors: [{ path, message }] });
}
