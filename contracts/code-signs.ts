/** No sign that could be taken for another (0 O Q D, 1 I L, 2 Z, 5 S, 8 B, U V), so that a code can be read out and typed. */
export const codeSigns = "ACEFGHJKMNPRTWXY34679";
export const codeLength = 6;

/** A code as people read it: in two groups. */
export function codeGroups(code: string): string {
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)} ${code.slice(half)}`;
}
