/** The alphabet of codes. It has no characters that are easily confused (0 O Q D, 1 I L, 2 Z, 5 S, 8 B, U V), so a code can be read out and typed. */
export const codeSigns = "ACEFGHJKMNPRTWXY34679";
export const codeLength = 6;

/** Splits a code into two groups, which are easier to read. */
export function codeGroups(code: string): string {
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)} ${code.slice(half)}`;
}
