import { afterEach, expect, test, vi } from "vitest";
import { countries, likelyCountry } from "../../web/lib/countries.ts";
import { formatMoment, formatNumber, formatRemaining, formatTime, plainDigits } from "../../web/lib/format.ts";
import { language, languageTag, listOf, moment, region } from "../../web/lib/intl.ts";
import { timeZones } from "../../web/lib/intl-more.ts";
import { randomKey } from "../../web/lib/random.ts";
import { isolated, t } from "../../web/lib/text.ts";

afterEach(() => vi.unstubAllGlobals());

/** What browsers have named as a language without its being one. */
const odd = [
  "en-US@posix",
  "",
  "C",
  "POSIX",
  "x-klingon",
  "en_GB.UTF-8",
  "de--DE",
  "undefined",
  "1",
  "*",
  "ünd",
  "en-",
  " de ",
];

test.each(odd)(
  "a browser whose language is %j gets every country, every format and the right guess or none",
  (told) => {
    vi.stubGlobal("navigator", { language: told, languages: [told] });
    expect(countries().length).toBeGreaterThan(200);
    expect(likelyCountry()).toMatch(/^(US|GB|DE)$/);
    expect(formatNumber(7)).toBe("7");
    expect(formatRemaining(234_000)).toBe("3:54");
    expect(formatTime(0)).not.toBe("");
    expect(formatMoment(0, 86_400_000)).toContain(" · ");
  },
);

test.each([
  ["none", undefined],
  ["no languages", {}],
  ["an empty list", { languages: [] }],
  ["no text", { language: 7, languages: [null, undefined, {}] }],
  ["a list that is none", { language: "de-AT", languages: "de" }],
])("a browser that tells %s is read as far as it can be", (_, navigator) => {
  vi.stubGlobal("navigator", navigator);
  expect(language()).toMatch(/^(en|de-AT)$/);
  expect(likelyCountry()).toMatch(/^(US|AT)$/);
});

test("a navigator that throws is one that tells nothing", () => {
  vi.stubGlobal("navigator", {
    get language(): string {
      throw new Error("refused");
    },
  });
  expect([language(), likelyCountry()]).toEqual(["en", "US"]);
});

test("the first language that is one counts, and a region that is named more than one that is guessed", () => {
  expect(languageTag("en_US.UTF-8@euro")).toBe("en-US");
  expect(language(["C", "en-US@posix", "de"])).toBe("en-US");
  expect(region(["de", "pt-BR", "pt-BR"])).toBe("BR");
  expect(region(["en"])).toBe("US");
  expect(region(["tlh", "C"])).toBeUndefined();
});

test("every part of Intl may be missing", () => {
  vi.stubGlobal("Intl", {});
  expect(countries().find(({ code }) => code === "DE")?.name).toBe("DE");
  expect(likelyCountry()).toBe("US");
  expect(formatRemaining(65_000)).toBe("1:05");
  expect(listOf(["a", "b"], "en")).toBe("a, b");
  expect(timeZones()).toEqual([]);
  expect(moment(0, { timeStyle: "short" })).toBe("");
});

test("a time zone that is not known gives no time, and no error", () => {
  expect(moment(0, { timeStyle: "short", timeZone: "Mars/Olympus_Mons" })).toBe("");
});

test("without crypto, keys still differ", () => {
  vi.stubGlobal("crypto", undefined);
  expect(randomKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(randomKey()).not.toBe(randomKey());
});

test("digits of any keyboard are digits", () => {
  expect(["١٢٣٤٥٦", "۱۲۳۴۵۶", "１２３４５６", "१२३४५६", "123 456"].map(plainDigits)).toEqual([
    "123456",
    "123456",
    "123456",
    "123456",
    "123 456",
  ]);
});

test("a name among words moves nothing around it, whatever it is made of", () => {
  expect(t("Order {drink}", { drink: "Café crème №1 (large)" })).toBe("Order Café crème №1 (large)");
  expect(t("{name} is making it.", { name: "אבי" })).toBe("\u2068אבי\u2069 is making it.");
  // Overrides and marks that would end the isolation are taken out of it, and one that is left open is closed.
  expect(isolated("a\u202eb")).toBe("ab");
  expect(isolated("ב\u2069\u2069")).toBe("\u2068ב\u2069");
  expect(isolated("\u2067ב")).toBe("\u2068\u2067ב\u2069\u2069");
  // A sentence with a name in it, put into another.
  expect(t("7 went back. {reason}", { reason: t("{name} is making it.", { name: "אבי" }) })).toBe(
    "7 went back. \u2068\u2068אבי\u2069 is making it.\u2069",
  );
});
