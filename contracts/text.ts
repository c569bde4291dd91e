/**
 * Texts that people enter: names and notes. This file imports no library, since screens load it.
 *
 * Visible characters are kept, and the invisible ones that correct writing needs: joiners inside words of scripts that use them, variation
 * selectors after their base character, tag sequences of flags, and joiners of emoji. All other characters that are invisible, move the cursor
 * or change the direction are removed: with them, two names could look the same, or a screen could read backwards.
 */
const pictographs = String.raw`\p{Extended_Pictographic}`;
/** Scripts in which a joiner changes how a word is written. */
const joining = `[${[
  "Arabic",
  "Syriac",
  "Mandaic",
  "Mongolian",
  "Nko",
  "Phags_Pa",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Oriya",
  "Tamil",
]
  .concat([
    "Telugu",
    "Kannada",
    "Malayalam",
    "Sinhala",
    "Myanmar",
    "Khmer",
    "Tibetan",
    "Balinese",
    "Javanese",
    "Sundanese",
  ])
  .map((script) => String.raw`\p{Script=${script}}`)
  .join("")}]`;
/** Viramas, which remove a letter's vowel. A joiner after one keeps the letter's half form, also at the end of a word. */
const viramas = String.raw`[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA]`;
const needed = [
  String.raw`(?<=${pictographs}[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]?)\u200D(?=${pictographs})`,
  String.raw`(?<=${pictographs})[\uFE0E\uFE0F]`,
  String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
  String.raw`(?<=\u{1F3F4})[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}`,
  String.raw`(?<=${joining})[\u200C\u200D](?=${joining})`,
  String.raw`(?<=${viramas})\u200D`,
  String.raw`(?<=\p{Unified_Ideograph})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
].join("|");
/** Characters without a visible shape. Format characters that are visible, such as the number signs of Kaithi, are not among them. */
const unseen = String.raw`[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFC\u070F\u{1D159}]`;
const unseenUnlessNeeded = new RegExp(`(${needed})|${unseen}`, "gu");
/** All kinds of space, and the blank Braille pattern. */
const spaces = /(?:(?!\uFEFF)[\s\u0085\u2800])+/gu;
const loneMarks = /(^| )\p{M}+/gu;

/** Normalizes a text: composed (NFC), on one line, with single spaces, without invisible characters. */
export function tidy(text: string): string {
  let tidied = text;
  // Removing a character can join two others that compose, so repeat until nothing changes.
  for (let before: string | undefined; before !== tidied; ) {
    before = tidied;
    tidied = tidied
      .normalize("NFC")
      // First replace line ends and tabs by spaces; the next step would remove them as control characters.
      .replace(spaces, " ")
      .replace(unseenUnlessNeeded, "$1")
      .replace(loneMarks, "$1")
      .replace(spaces, " ")
      .trim();
  }
  return tidied;
}

/** More combining marks on one letter than any writing needs; so many could cover the lines above and below. */
const stacked = /\p{M}{9,}|(?:(?=\p{M})\p{Script=Inherited}){5,}/u;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** What can be wrong with a text. Each message continues the name of the field. */
const faults = {
  empty: () => "is empty",
  unseen: () => "has nothing that can be seen",
  "too-long": (longest: number) => `is longer than ${longest} characters`,
  stacked: () => "stacks too many marks on one letter",
};

/** What is wrong with a tidied text that may have `longest` code points; `undefined` if it is valid. */
export function wrongWith(
  tidied: string,
  longest: number,
): { mistake: keyof typeof faults; message: string } | undefined {
  const mistake = faultOf(tidied, longest);
  return mistake && { mistake, message: faults[mistake](longest) };
}

function faultOf(tidied: string, longest: number): keyof typeof faults | undefined {
  if (tidied === "") return "empty";
  if (!visible.test(tidied)) return "unseen";
  if (codePoints(tidied) > longest) return "too-long";
  if (stacked.test(tidied)) return "stacked";
  return undefined;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
