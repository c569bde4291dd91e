import { randomInt } from "node:crypto";
import { codeLength, codeSigns } from "../../contracts/code-signs.ts";
import type { CodeWindow } from "../../contracts/order.ts";

/** A code and its window, as stored in the container `codes`. */
export interface Code extends CodeWindow {
  /** `code:` and `opensAt`. */
  id: string;
  kind: "code";
  code: string;
  /** Scans that are held for people who sign in. `scansLeft` does not include them. */
  holds?: Hold[];
  /** The networks of expired holds, one entry for each hold. */
  lapsed?: string[];
  /** In seconds after the last change; long enough to distinguish an expired code from an unknown one. */
  ttl: number;
}

/** A scan that is held for somebody who signs in. */
export interface Hold {
  /** SHA-256 of the hold's secret. */
  id: string;
  /** A hash of the network that requested the hold. */
  network: string;
  /** ISO 8601 */
  until: string;
}

/** The grace period in which a code is still accepted after its window, in ms, for customers who scan just as the code changes. */
export const grace = 30_000;
/** The time to live, in seconds. */
export const keptFor = 6 * 60 * 60;

const shape = new RegExp(`^[${codeSigns}]{${codeLength}}$`);

/** Whether a text has the form of a code. Any other text is not looked up. */
export const isCode = (text: string): boolean => shape.test(text);

/** Generates a code, one of 85,766,121, which cannot be predicted from earlier ones. docs/security.md computes how long guessing takes. */
export function newCode(): string {
  return Array.from({ length: codeLength }, () => codeSigns[randomInt(codeSigns.length)]).join("");
}

/** The window, aligned to the clock (UTC), that contains a moment. All times are in ms since the epoch. */
export function windowAt(moment: number, minutes: number): { opensAt: number; closesAt: number } {
  const length = minutes * 60_000;
  const opensAt = Math.floor(moment / length) * length;
  return { opensAt, closesAt: opensAt + length };
}

/** The id of a window's document. @param opensAt ISO 8601 */
export function codeId(opensAt: string): string {
  return `code:${opensAt}`;
}

/** A window with a new code and all its scans. @param opensAt ISO 8601, as `closesAt` */
export function newWindow(storeId: string, opensAt: string, closesAt: string, scans: number): Code {
  const window = { storeId, opensAt, closesAt, scans, scansLeft: scans, version: 1 };
  return { id: codeId(opensAt), kind: "code", ...window, code: newCode(), ttl: keptFor };
}

/** The window without the code, for events and push messages. */
export function windowOf({ storeId, opensAt, closesAt, scans, scansLeft, version, holds = [] }: Code): CodeWindow {
  const [heldUntil] = holds.map(({ until }) => until).sort();
  return { storeId, opensAt, closesAt, scans, scansLeft, version, ...(heldUntil && { heldUntil }) };
}

/** Whether a code is still accepted: in its window and in the grace period after it. */
export function isTaken({ opensAt, closesAt }: CodeWindow, moment: number): boolean {
  return Date.parse(opensAt) <= moment && moment < Date.parse(closesAt) + grace;
}
