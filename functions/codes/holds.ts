import { createHash } from "node:crypto";
import type { OperationInput } from "@azure/cosmos";
import { patch } from "../platform/transaction.ts";
import { type Code, type Hold, isTaken } from "./window.ts";

/** How long a scan is held, in ms: as long as a one-time code is valid. */
const heldFor = 5 * 60_000;

/**
 * How many of a code's scans one network may hold without using them: half. So several people behind one address can sign in at the same time, and
 * a stranger who reads the display again and again leaves the other half to the guests.
 */
export const holdsOfNetwork = (scans: number) => Math.ceil(scans / 2);

/**
 * How many of a code's scans all networks together may hold at a time. A quarter, and at least one, is reserved for customers who are signed in.
 * Otherwise somebody with addresses in several networks, or in both protocols, could hold all scans of every code without a phone number.
 */
export const holdsOfAll = (scans: number) => Math.floor((scans * 3) / 4);

/** Removes expired holds from a window, and returns their scans while the code is still accepted. Returns the same object if there are none. Pure. */
export function settled(window: Code, now: number): Code {
  const holds = window.holds ?? [];
  const over = holds.filter(({ until }) => Date.parse(until) <= now);
  if (over.length === 0) return window;
  return {
    ...window,
    holds: holds.filter((hold) => !over.includes(hold)),
    lapsed: [...(window.lapsed ?? []), ...over.map(({ network }) => network)],
    scansLeft: window.scansLeft + (isTaken(window, now) ? over.length : 0),
    version: window.version + 1,
  };
}

/** The hold that belongs to a secret. */
export function holdOf(window: Code, secret: string | undefined): Hold | undefined {
  const id = secret === undefined ? undefined : idOf(secret);
  return window.holds?.find((hold) => hold.id === id);
}

/** A new hold. @param network see `widest` */
export function newHold(window: Code, secret: string, network: string, now: number): Hold {
  return { id: idOf(secret), network: networkIn(window, network), until: new Date(now + heldFor).toISOString() };
}

/** The number of a network's holds in the window, current and expired, without those that became orders. */
export function holdsBy(window: Code, network: string): number {
  const mine = networkIn(window, network);
  const of = [...(window.holds ?? []).map((hold) => hold.network), ...(window.lapsed ?? [])];
  return of.filter((one) => one === mine).length;
}

/** The window without a hold. This does not return the hold's scan. */
export function withoutHold(window: Code, hold: Hold): Code {
  return { ...window, holds: (window.holds ?? []).filter(({ id }) => id !== hold.id) };
}

/** The conditional patch that writes a window's changes if its version is still the same. */
export function change(before: Code, { scansLeft, version, holds = [], lapsed = [] }: Code): OperationInput {
  const values = { scansLeft, version, holds, lapsed };
  const operations = Object.entries(values).map(([field, value]) => ({ op: "set" as const, path: `/${field}`, value }));
  return patch(before.id, operations, `c.version = ${before.version}`);
}

const idOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** A network's hash, different in each window: it shows only whether two holds come from the same network. */
function networkIn({ code, opensAt }: Code, network: string): string {
  return createHash("sha256").update(`${code} ${opensAt} ${network}`).digest("hex").slice(0, 16);
}
