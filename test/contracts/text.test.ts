import fc from "fast-check";
import { expect, test } from "vitest";
import { tidy, wrongWith } from "../../contracts/text.ts";

test.each([
  ["Anna Müller"],
  ["O’Brien-Łukasz, Jr."],
  ["محمد علي"],
  ["می\u200cخواهم"],
  ["ה\u05B0\u05D1\u05BC\u05B7\u05D8"],
  ["שלום לכולם"],
  ["श्री\u200dमान् क्\u200dष"],
  ["क्\u200d"],
  ["ක්\u200dරි"],
  ["ประเทศไทยที่"],
  ["葛\u{E0100}城"],
  ["ᠮᠣᠩ᠋ᠭᠣᠯ"],
  ["မြန်မာ ကြွှုံ့"],
  ["བསྒྲུབས"],
  ["Nguyễn Thị Ưởng"],
  ["👩🏽\u200d🚀 👨\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈"],
  ["❤️ ☕︎ ©️"],
  ["1️⃣ #️⃣"],
  ["🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} 🇩🇪"],
  ["🤷🏿\u200d♀️"],
  ["한국어"],
  ["¼ off; 50 % – “ok”?"],
])("%s stays as it is", (text) => {
  expect(tidy(text)).toBe(text.normalize("NFC"));
  expect(wrongWith(tidy(text), 60)).toBeUndefined();
});

test.each([
  ["  a \t\n b  ", "a b"],
  ["a\u00a0\u2003\u3000b", "a b"],
  ["line\r\nforged", "line forged"],
  ["a\u2028b\u2029c", "a b c"],
  ["a\u200bb\u2060c\ufeffd\u00ade\u034f", "abcde"],
  ["a\u200db\u200cc", "abc"],
  ["\u202egnp.exe\u202c", "gnp.exe"],
  ["\u2066x\u2069\u200e\u200f\u061c", "x"],
  ["a\u115f\u1160\u3164\uffa0b", "ab"],
  ["a\u17b4\u17b5\u180eb", "ab"],
  ["a\u2800\u2800b", "a b"],
  ["a\ufe0fb\ufe0e\ufe00", "ab"],
  ["a\u{e0061}\u{e0062}\u{e0100}", "a"],
  ["🏴\u{e0061}", "🏴"],
  ["☕\u200d", "☕"],
  ["☕\u200d\u200d☕", "☕☕"],
  ["\u200d\u200c\u0639", "\u0639"],
  ["\u001b[31mred\u0007\u009b2J", "[31mred2J"],
  ["\u0301e\u0301 \u0301", "é"],
  ["e\u200b\u0301", "é"],
  ["\ud800a\udfff", "a"],
  ["a\ufffe\uffff\u{1fffe}b", "ab"],
  ["a\ufff9b\ufffac\ufffb\ufffc", "abc"],
  ["a\ue000b", "ab"],
  ["1\ufe0f", "1"],
])("%j is kept as %j", (text, kept) => {
  expect(tidy(text)).toBe(kept);
});

test.each([
  "",
  " \t\n",
  "\u200b\u200c\u200d",
  "\u2800",
  "\u3164",
  "\u202e\u202c",
  "\u{e0041}\u{e0042}",
  "\ufe0f",
  "\u0301\u0301",
  "\u034f \u00ad",
  "\u115f",
  "\ufeff",
  "\u0000",
])("%j has nothing that can be seen", (text) => {
  expect(wrongWith(tidy(text), 40)?.message).toMatch(/is empty|nothing/);
});

test("marks that are stacked to the neighbouring lines are refused", () => {
  expect(wrongWith(tidy(`Z${"\u0351\u0327\u0334".repeat(8)}algo`), 60)).toEqual({
    mistake: "stacked",
    message: "stacks too many marks on one letter",
  });
  expect(wrongWith(tidy(`x${"\u0301".repeat(4)}`), 60)).toBeUndefined();
  expect(wrongWith(tidy(`x${"\u20dd".repeat(5)}`), 60)).toBeDefined();
});

test("length is told in characters, not in halves of them", () => {
  expect(wrongWith("☕".repeat(40), 40)).toBeUndefined();
  expect(wrongWith("🫖".repeat(40), 40)).toBeUndefined();
  expect(wrongWith("🫖".repeat(41), 40)).toEqual({ mistake: "too-long", message: "is longer than 40 characters" });
});

/** Signs that matter here come often; any other now and then. */
const sign = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(..."a1#ै क्ع🏴☕👩葛ᠮé\u0301\u20e3") },
  {
    weight: 3,
    arbitrary: fc.constantFrom("\u200d", "\u200c", "\ufe0f", "\ufe0e", "\u{e0062}", "\u{e007f}", "\u{e0100}", "\u180b"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("\u202e", "\u2066", "\u200b", "\u0000", "\n", "\u2800", "\u3164", "\u034f", "\ud800"),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
);
const odd = fc.array(sign, { maxLength: 30 }).map((signs) => signs.join(""));

test("whatever is written, what is kept is well formed, composed, on one line, and stays as it is", () => {
  fc.assert(
    fc.property(odd, (text) => {
      const kept = tidy(text);
      expect(tidy(kept)).toBe(kept);
      expect(kept.isWellFormed()).toBe(true);
      expect(kept).toBe(kept.normalize("NFC"));
      expect(kept).not.toMatch(
        /[\u034F\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u115F\u1160\u17B4\u17B5\u180E\u200B\u2060-\u206F\u3164\uFEFF\uFFA0\u00AD]/u,
      );
      expect(kept).not.toMatch(/^\s|\s$|\s\s/);
      // Joiners and selectors never stand at the beginning, nor behind a space or another joiner.
      expect(kept).not.toMatch(/(^|[\s\u200c\u200d])[\u200d\u200c\p{Variation_Selector}]/u);
    }),
    { numRuns: 2_000 },
  );
});

test("a text of a million signs is tidied in time that grows with its length alone", () => {
  for (const unit of ["\u200d", "☕\u200d", "\u{e0062}", "a\u0301", "🏴\u{e0062}", " \u200b"]) {
    expect(tidy(unit.repeat(100_000)).length).toBeLessThan(400_000);
  }
});
