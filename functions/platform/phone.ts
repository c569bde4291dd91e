import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { wrongPart } from "./refusal.ts";

/**
 * Normalizes a phone number, written in any way, to E.164, such as +14255550100.
 * @param country the country (ISO 3166) of a number without a country code
 * @throws Refusal `bad-request` that says what is missing
 */
export function normalisePhone(written: string, country?: string): string {
  return parsedPhone(written, country).number;
}

/** Formats an E.164 number in the international format: +1 425 555 0100. A text that is not a number is returned unchanged. */
export function shownPhone(phone: string): string {
  return parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;
}

/** Parses a phone number, with its country and type (such as mobile). @throws Refusal as `normalisePhone` does */
export function parsedPhone(written: string, country: string | undefined): PhoneNumber {
  const hint = country?.toUpperCase();
  if (hint !== undefined && !isSupportedCountry(hint)) {
    throw wrongPart("country", "is not the code of a country, such as US or DE");
  }
  const number = parsePhoneNumberFromString(written, hint as CountryCode | undefined);
  if (number === undefined && hint === undefined && !written.trim().startsWith("+")) {
    throw wrongPart("phone", "needs its country code, such as +1 425 555 0100");
  }
  if (!number?.isValid()) throw wrongPart("phone", "is not a phone number that exists");
  return number;
}
