import * as z from "zod";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { storeRules, storeSettings } from "../../contracts/documents.ts";
import type { Hours } from "../../contracts/hours.ts";
import { type OpenTime, openTimes } from "./timetable.ts";

/** The fields of a store's document that decide when it is open. They are stored with the page, so that they apply while the document is invalid. */
export const doorRules = z.object({ open: storeSettings.open, timeZone: storeSettings.timeZone, ...storeRules });
export type DoorRules = z.infer<typeof doorRules>;

/** The fields of the page that say whether the store is open, and until when. */
export type Opening = Pick<
  CatalogPage["store"],
  "open" | "opensAt" | "closesAt" | "pausedUntil" | "pauseReason" | "pauseWhy" | "retiredAt"
>;

/**
 * Whether a store is open at a moment (ms since the epoch), and when that changes by itself. The hours decide, unless somebody has set the switch since their
 * last change. Without hours only the switch decides. A retired store stays closed. Pure.
 */
export function openingOf(rules: DoorRules, now: number): Opening {
  if (rules.retiredAt !== undefined) return { open: false, retiredAt: rules.retiredAt };
  const pause = pauseOf(rules, now);
  const { hours, timeZone } = rules;
  if (hours === undefined) return { open: rules.open, ...pause };
  const hand = handUntil(hours, timeZone, rules.switchedAt, now);
  const from = hand ?? now;
  const next = Number.isFinite(from) ? nextLetIn(hours, timeZone, from) : undefined;
  const scheduled = next !== undefined && next.opens <= from;
  const open = hand === undefined ? scheduled : rules.open;
  const changes = open !== scheduled ? from : open ? next?.lastOrders : next?.opens;
  return { open, ...(isMoment(changes) && { [open ? "closesAt" : "opensAt"]: iso(changes) }), ...pause };
}

/** Until when the switch overrides the hours: the first opening, last orders or closing after it was set. `undefined` if that is past, or it was never set. */
function handUntil(hours: Hours, timeZone: string, switchedAt: string | undefined, now: number): number | undefined {
  const since = switchedAt === undefined ? Number.NaN : Date.parse(switchedAt);
  if (Number.isNaN(since) || since > now) return undefined;
  const first = openTimes(hours, timeZone, since).next().value;
  const changes = first ? [first.opens, first.lastOrders, first.closes] : [];
  const until = changes.find((change) => change > since) ?? Number.POSITIVE_INFINITY;
  return until > now ? until : undefined;
}

/** The current or next open time in which customers can still order. */
function nextLetIn(hours: Hours, timeZone: string, from: number): OpenTime | undefined {
  for (const time of openTimes(hours, timeZone, from)) if (time.lastOrders > Math.max(from, time.opens)) return time;
  return undefined;
}

function pauseOf({ pause }: DoorRules, now: number): Pick<Opening, "pausedUntil" | "pauseReason" | "pauseWhy"> {
  if (pause === undefined || Date.parse(pause.until) <= now) return {};
  const { until, reason, why } = pause;
  return {
    pausedUntil: until,
    ...(reason !== undefined && { pauseReason: reason }),
    ...(why !== undefined && { pauseWhy: why }),
  };
}

const isMoment = (moment: number | undefined): moment is number => moment !== undefined && Number.isFinite(moment);
const iso = (moment: number) => new Date(moment).toISOString();
