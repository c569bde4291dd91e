/** The characters of GSM-7, and those that take two positions (3GPP TS 23.038). */
const single = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const double = new Set("\f^{}\\[~]|€");

/** The number of segments of a text: one holds 160 characters of GSM-7 or 70 of UCS-2; in a text of several segments each holds 153 or 67. */
export function segmentsOf(text: string): number {
  let places = 0;
  for (const character of text) {
    if (single.has(character)) places += 1;
    else if (double.has(character)) places += 2;
    else return partsOf(text.length, 70, 67);
  }
  return partsOf(places, 160, 153);
}

const partsOf = (length: number, alone: number, each: number) => (length <= alone ? 1 : Math.ceil(length / each));
