import { createHash } from "node:crypto";
import type { OperationInput } from "@azure/cosmos";
import { patch } from "../platform/transaction.ts";
import { type Code, type Hold, isTaken } from "./window.ts";

/** A scan is kept so long, in ms: as long as a one-time code is good. */
const heldFor = 5 * 60_000;

/**
 * So many of a code's scans one network may have kept without using them. Half: a household or a café behind one address signs in side by side, and
 * a stranger who reads the display over and over leaves the other half to those who are there.
 */
export const holdsOfNetwork = (scans: number) => Math.ceil(scans / 2);

/**
 * So many of a code's scans are kept at a time, for all networks together: a quarter, and one at least, is for who is signed in. Who has addresses in many
 * networks, or one of each protocol, could have all of a code kept otherwise, code after code, without a phone number.
 */
export const holdsOfAll = (scans: number) => Math.floor((scans * 3) / 4);

/** The window as it is now: holds whose time is over are gone and their scans back, while the code is still taken. The same object when there are none. Pure. */
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

/** The hold that a secret opens. */
export function holdOf(window: Code, secret: string | undefined): Hold | undefined {
  const id = secret === undefined ? undefined : idOf(secret);
  return window.holds?.find((hold) => hold.id === id);
}

/** A new hold of the window. @param network see `widest` */
export function newHold(window: Code, secret: string, network: string, now: number): Hold {
  return { id: idOf(secret), network: networkIn(window, network), until: new Date(now + heldFor).toISOString() };
}

/** Holds that a network has or had in the window, but for those that became orders. */
export function holdsBy(window: Code, network: string): number {
  const mine = networkIn(window, network);
  const of = [...(window.holds ?? []).map((hold) => hold.network), ...(window.lapsed ?? [])];
  return of.filter((one) => one === mine).length;
}

/** The window once a hold was used or is not needed. Its scan is not back by that. */
export function withoutHold(window: Code, hold: Hold): Code {
  return { ...window, holds: (window.holds ?? []).filter(({ id }) => id !== hold.id) };
}

/** Writes what has changed of a window, if nobody else was first. */
export function change(before: Code, { scansLeft, version, holds = [], lapsed = [] }: Code): OperationInput {
  const values = { scansLeft, version, holds, lapsed };
  const operations = Object.entries(values).map(([field, value]) => ({ op: "set" as const, path: `/${field}`, value }));
  return patch(before.id, operations, `c.version = ${before.version}`);
}

const idOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Another text in each window: nothing is to be told of a network but that it is the same. */
function networkIn({ code, opensAt }: Code, network: string): string {
  return createHash("sha256").update(`${code} ${opensAt} ${network}`).digest("hex").slice(0, 16);
}
