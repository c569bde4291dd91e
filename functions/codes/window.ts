import { randomInt } from "node:crypto";
import { codeLength, codeSigns } from "../../contracts/code-signs.ts";
import type { CodeWindow } from "../../contracts/order.ts";

/** A code and its window, as they lie in the container `codes`. */
export interface Code extends CodeWindow {
  /** `code:` and `opensAt`. */
  id: string;
  kind: "code";
  code: string;
  /** Scans that are kept for people who sign in; they are not among `scansLeft`. */
  holds?: Hold[];
  /** Networks whose holds came to nothing, once for each. */
  lapsed?: string[];
  /** Seconds after the last change; long enough to tell an old code from one that never was. */
  ttl: number;
}

/** A scan that is kept for somebody who signs in. */
export interface Hold {
  /** SHA-256 of the secret that it is kept under. */
  id: string;
  /** A hash of the network that asked. */
  network: string;
  /** ISO 8601 */
  until: string;
}

/** Customers who scan at the edge of a window have the old code on their screen: it is good for so many ms more. */
export const grace = 30_000;
/** In seconds. */
export const keptFor = 6 * 60 * 60;

const shape = new RegExp(`^[${codeSigns}]{${codeLength}}$`);

/** Whether a text could be a code: one that cannot is looked for nowhere, whatever signs it is made of. */
export const isCode = (text: string): boolean => shape.test(text);

/** A new code, which nobody can guess from earlier ones: one of 85,766,121. How long that takes is computed in docs/security.md. */
export function newCode(): string {
  return Array.from({ length: codeLength }, () => codeSigns[randomInt(codeSigns.length)]).join("");
}

/** The window, aligned to the clock (UTC), that a moment lies in; ms since the epoch. */
export function windowAt(moment: number, minutes: number): { opensAt: number; closesAt: number } {
  const length = minutes * 60_000;
  const opensAt = Math.floor(moment / length) * length;
  return { opensAt, closesAt: opensAt + length };
}

/** The id of the document of a window. @param opensAt ISO 8601 */
export function codeId(opensAt: string): string {
  return `code:${opensAt}`;
}

/** A window with a new code, all of whose scans are there. @param opensAt ISO 8601, as `closesAt` */
export function newWindow(storeId: string, opensAt: string, closesAt: string, scans: number): Code {
  const window = { storeId, opensAt, closesAt, scans, scansLeft: scans, version: 1 };
  return { id: codeId(opensAt), kind: "code", ...window, code: newCode(), ttl: keptFor };
}

/** The window without the code, as it may travel. */
export function windowOf({ storeId, opensAt, closesAt, scans, scansLeft, version, holds = [] }: Code): CodeWindow {
  const [heldUntil] = holds.map(({ until }) => until).sort();
  return { storeId, opensAt, closesAt, scans, scansLeft, version, ...(heldUntil && { heldUntil }) };
}

/** Whether a code is still taken: in its window and for the grace after it. */
export function isTaken({ opensAt, closesAt }: CodeWindow, moment: number): boolean {
  return Date.parse(opensAt) <= moment && moment < Date.parse(closesAt) + grace;
}
