import { expect, test } from "vitest";
import { maskPhone, normalisePhone } from "../../../functions/identity/phone.ts";
import { messageText } from "../../../functions/identity/send-code.ts";
import { clientNetwork } from "../../../functions/platform/client-address.ts";

test.each([
  ["+1 425 555 0100", undefined],
  ["(425) 555-0100", "US"],
  ["001 425 555 0100", "DE"],
  ["+1-425-555-0100", "de"],
])("%s read in %s is +14255550100", (written, country) => {
  expect(normalisePhone(written, country)).toBe("+14255550100");
});

test.each([
  ["425 555 0100", undefined, "phone needs its country code"],
  ["+1 425", undefined, "phone is not a phone number that exists"],
  ["hello there", "US", "phone is not a phone number that exists"],
  ["425 555 0100", "XX", "country is not the code of a country"],
])("%s read in %s is refused with the reason", (written, country, reason) => {
  expect(() => normalisePhone(written, country)).toThrow(reason);
});

test("a number is shown by its last three digits only", () => {
  expect(maskPhone("+14255550123")).toBe("••• 123");
});

test.each([
  ["203.0.113.9:51234", "203.0.113.9"],
  ["203.0.113.9", "203.0.113.9"],
  ["10.0.0.1, 198.51.100.7, 203.0.113.9:4711", "203.0.113.9"],
  ["[2001:db8:12:34:5:6:7:8]:443", "2001:db8:12:34::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  [undefined, "unknown"],
])("a request with x-forwarded-for %s counts for %s", (header, network) => {
  expect(clientNetwork(new Headers(header === undefined ? {} : { "x-forwarded-for": header }))).toBe(network);
});

test("the message ends with the line that phones read, bound to our host without its port", () => {
  expect(messageText("012345", "https://coffee.example:4280").split("\n").at(-1)).toBe("@coffee.example #012345");
});
