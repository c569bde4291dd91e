import { afterEach, expect, test, vi } from "vitest";
import { direction, type Language, languages } from "../../contracts/languages.ts";
import { formatNumber, formatTime } from "../../web/lib/format.ts";
import { listOf, readerLanguages, language as readsIn } from "../../web/lib/intl.ts";
import { firstSpeech, speechIn } from "../../web/lib/language.ts";
import { textIn } from "../../web/lib/notices-shown.ts";
import { speech, watchSpeech } from "../../web/lib/speech.ts";
import { common } from "../../web/lib/strings/common.ts";
import { common as german } from "../../web/lib/strings/de/common.ts";
import { common as english } from "../../web/lib/strings/en/common.ts";
import { inSentence, isolated, t } from "../../web/lib/text.ts";
import { begin, change, texts, withTexts } from "../../web/lib/texts.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await begin({ language: "en" });
});

test.each([
  [["de-AT", "en"], "de", "de-AT"],
  [["en-GB"], "en", "en-GB"],
  [["fr-FR", "de"], "de", "de"],
  [["C", "de_DE.UTF-8@euro"], "de", "de-DE"],
  // Nothing that is spoken here: English, with numbers and times as the reader has them.
  [["fr-FR"], "en", undefined],
  [["", "undefined", "*"], "en", undefined],
  [[], "en", undefined],
])("a browser that names %j is spoken to in %s, with numbers and times of %s", (told, language, locale) => {
  const first = firstSpeech(undefined, undefined, told);
  expect([first.language, first.told && readsIn(first.told)]).toEqual([language, locale]);
});

test("what the address asks for comes first, then what was chosen on the device", () => {
  const told = ["fr-FR"];
  expect(firstSpeech(undefined, "de", told)).toEqual({ language: "de", told: ["de-FR", "fr-FR"] });
  expect(firstSpeech("en", "de", told)).toEqual({ language: "en", told: ["en-FR", "fr-FR"] });
  expect(firstSpeech("tlh", "de", told).language).toBe("de");
  expect(firstSpeech(undefined, { de: 1 }, told).language).toBe("en");
  // To see what has no room: it can be asked for, and is not offered.
  expect(firstSpeech("en-XA", "de", told)).toEqual({ language: "en-XA" });
  expect(firstSpeech(undefined, "en-XA", told).language).toBe("en");
  expect(Object.keys(languages)).not.toContain("en-XA");
});

test("a language is changed as a whole: texts, numbers, times and notices", async () => {
  let drawn = 0;
  watchSpeech(
    () => undefined,
    () => drawn++,
  );
  expect([common.close, t(common.minutes, { n: 1 })]).toEqual([english.close, "1 min"]);
  await change(speechIn("de", ["en-US"]));
  expect([common.close, drawn]).toEqual([german.close, 1]);
  expect(readerLanguages()).toEqual(["de-US", "en-US"]);
  expect(formatTime(0)).toMatch(/^\d\d:\d\d$/);
  expect(textIn({ en: "Soon", de: "Bald", fr: "Bientôt" })).toEqual({ lang: "de", words: "Bald" });
  expect([inSentence("Milch"), Object.keys(common.states).length > 5, "close" in common]).toEqual([
    "Milch",
    true,
    true,
  ]);
});

test("of each language it is known which way it is written", () => {
  for (const language of Object.keys(languages)) {
    // Where Node tells what the standard says of the language.
    const { textInfo } = new Intl.Locale(language) as Intl.Locale & { textInfo?: { direction: string } };
    expect(direction(language)).toBe(textInfo?.direction ?? (language === "ar" ? "rtl" : "ltr"));
  }
});

test("numbers in a text have the reader's digits", async () => {
  await begin({ language: "en", told: ["ar-EG"] });
  expect(t("Order {number}", { number: 12 })).toBe(`Order ${formatNumber(12)}`);
  expect(formatNumber(12)).toBe("١٢");
});

test("among words from right to left, what is filled in moves nothing: a phone number keeps its +, a list its order", async () => {
  await begin({ language: "ar" });
  expect(t("{phone}.", { phone: "+4930123456" })).toBe("\u2068+4930123456\u2069.");
  expect(listOf(["Milk", "Size"].map(isolated))).toBe("\u2068Milk\u2069 و\u2068Size\u2069");
});

test("a file that does not come is said in the console, and English stands for it; a change of language does not happen then", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const file = (word: string) => () => Promise.resolve({ own: { word } });
  const broken = () => Promise.reject(new Error("no network"));
  const all = Object.fromEntries(Object.keys(languages).map((tag) => [tag, file(tag)])) as Record<
    Language,
    ReturnType<typeof file>
  >;
  const own = texts({ ...all, de: broken })("own");
  await withTexts(Promise.resolve());
  await expect(change({ language: "de" })).rejects.toThrow("no network");
  expect([own.word, common.close, speech().language]).toEqual(["en", english.close, "en"]);
  expect(said).not.toHaveBeenCalled();
  await begin({ language: "de" });
  expect([own.word, common.close]).toEqual(["en", german.close]);
  expect(said).toHaveBeenCalledOnce();
  // What is loaded later, as the story is, speaks what its page speaks.
  const late = texts(all)("own");
  expect(() => late.word).toThrow("before they are loaded");
  await withTexts(Promise.resolve());
  expect(late.word).toBe("de");
});

test("texts that come later and did not come are asked for again by the next who wants them", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  let lost = 2;
  const file = async () => {
    if (lost-- > 0) throw new Error("no network");
    return { own: { word: "there" } };
  };
  const all = Object.fromEntries(Object.keys(languages).map((tag) => [tag, file])) as Record<Language, typeof file>;
  await begin({ language: "de" });
  const own = texts(all)("own");
  // Neither in German nor in English.
  await expect(withTexts(Promise.resolve())).rejects.toThrow("no network");
  await withTexts(Promise.resolve());
  expect(own.word).toBe("there");
});
