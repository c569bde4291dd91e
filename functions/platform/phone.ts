import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { wrongPart } from "./refusal.ts";

/**
 * A phone number in E.164, such as +14255550100, from any way of writing it.
 * @param country ISO 3166 code of the country that a number without a country code is read in.
 * @throws Refusal `bad-request` that says what is missing
 */
export function normalisePhone(written: string, country?: string): string {
  return parsedPhone(written, country).number;
}

/** A number in E.164 as people of the world write it: +1 425 555 0100. One that is none stays as it is. */
export function shownPhone(phone: string): string {
  return parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;
}

/** What a number is: its country, and whether it is a mobile phone's. @throws Refusal as `normalisePhone` does */
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
