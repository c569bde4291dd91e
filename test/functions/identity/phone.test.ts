import { expect, test } from "vitest";
import { languages } from "../../../contracts/languages.ts";
import { maskPhone, servedPhone } from "../../../functions/identity/phone.ts";
import { messageText } from "../../../functions/identity/send-code.ts";
import { clientNetworks } from "../../../functions/platform/client-address.ts";
import { normalisePhone, shownPhone } from "../../../functions/platform/phone.ts";

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

const problemOf = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code;
  }
};

test.each([
  ["premium rate in the USA", "+1 900 555 0100"],
  ["toll-free", "+1 800 555 0199"],
  ["personal numbers in the USA", "+1 500 555 0100"],
  ["satellite in Canada", "+1 600 555 0100"],
  ["Inmarsat", "+870 773 112 345"],
  ["Iridium", "+881 6 2123 4567"],
  ["international networks", "+882 16 1234 5678"],
  ["international networks, iNum", "+883 510 001 234 567"],
  ["international premium rate", "+979 123 456 789"],
  ["international shared cost", "+808 1234 5678"],
  ["personal numbers in the United Kingdom", "+44 70 1123 4567"],
  ["a fixed line", "+44 20 7946 0123"],
  ["shared cost in Germany", "+49 180 5123456"],
  ["premium rate in France", "+33 899 12 34 56"],
  ["satellite in Australia", "+61 147 101 234"],
])("%s is refused, whatever countries are served", (_, written) => {
  expect(problemOf(() => servedPhone(written, undefined, "all"))).toMatch(/^(number-not-served|bad-request)$/);
});

test("a country is served when it is named, and neighbours with the same code are not meant", () => {
  const countries = new Set(["US", "GB"]);
  expect(servedPhone("(425) 555-0100", "US", countries)).toBe("+14255550100");
  expect(problemOf(() => servedPhone("+49 1511 2345678", undefined, countries))).toBe("country-not-served");
  expect(problemOf(() => servedPhone("+1 876 555 0123", undefined, countries))).toBe("country-not-served");
  expect(problemOf(() => servedPhone("+44 7781 123456", undefined, countries))).toBe("country-not-served");
  expect(servedPhone("+49 1511 2345678", undefined, "all")).toBe("+4915112345678");
});

test.each([
  ["203.0.113.9:51234", ["203.0.113.9"]],
  ["203.0.113.9", ["203.0.113.9"]],
  ["10.0.0.1, 198.51.100.7, 203.0.113.9:4711", ["203.0.113.9"]],
  ["[2001:db8:12:34:5:6:7:8]:443", ["2001:db8:12:34::/64", "2001:db8:12::/48"]],
  ["2001:DB8::1", ["2001:db8:0:0::/64", "2001:db8:0::/48"]],
  ["fe80::1%eth0", ["fe80:0:0:0::/64", "fe80:0:0::/48"]],
  ["::ffff:203.0.113.9", ["203.0.113.9"]],
  ["::ffff:cb00:7109", ["203.0.113.9"]],
  ["0:0:0:0:0:FFFF:203.0.113.9", ["203.0.113.9"]],
  ["::1", ["0:0:0:0::/64", "0:0:0::/48"]],
  ["someone", ["unknown"]],
  ["2001:db8::1::2", ["unknown"]],
  ["1.2.3.999", ["unknown"]],
  [undefined, ["unknown"]],
])("a request with x-forwarded-for %s counts for %j", (header, networks) => {
  const headers = new Headers(header === undefined ? {} : { "x-forwarded-for": header });
  expect(clientNetworks(headers).map(({ name }) => name)).toEqual(networks);
});

test("the message ends with the line that phones read, bound to our host without its port", () => {
  expect(messageText("012345", "https://coffee.example:4280").split("\n").at(-1)).toBe("@coffee.example #012345");
});

test.each(Object.keys(languages))(
  "the message in %s has the code twice, and room in one where its letters allow it",
  (language) => {
    const text = messageText("012345", "https://black-meadow-0f1a2b3c4.7.azurestaticapps.net", language);
    expect(text.match(/012345/g)).toHaveLength(2);
    expect(text.split("\n").at(-1)).toBe("@black-meadow-0f1a2b3c4.7.azurestaticapps.net #012345");
    // The alphabet of text messages (GSM 03.38), as far as these use it; 160 of its letters are one message, of all others 70.
    if (/^[\w @#.,:äöüÄÖÜñÑéàèùìò¿¡\n-]*$/.test(text)) expect(text.length).toBeLessThanOrEqual(160);
    else expect(["zh-Hans", "ar"]).toContain(language);
  },
);

test("a language that is not ours is answered in another kind of it, or in English", () => {
  const words = (language?: string) => messageText("012345", "https://coffee.example", language).split("\n")[0];
  expect(words("de-AT")).toBe(words("de"));
  expect(words("fr")).toBe(words("en"));
  expect(words()).toBe(words("en"));
  expect(words("de")).not.toBe(words("en"));
});

test("is shown as people write it, and one that is none as it stands", () => {
  expect(["+14255550100", "+493012345678", "0123"].map(shownPhone)).toEqual([
    "+1 425 555 0100",
    "+49 30 12345678",
    "0123",
  ]);
});
