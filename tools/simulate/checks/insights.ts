import { differences } from "../differences.ts";
import { recount } from "../recount.ts";
import { sorted } from "../sorted.ts";
import type { Check, KeptOrder } from "./look.ts";

interface Counted {
  start: string;
  orders: object;
  submitted: number;
  ready: number;
  collected: number;
}

/** Which orders count for which figure, independently of the code that counts. */
const isCounted = {
  submitted: ({ submittedAt }: KeptOrder) => submittedAt !== undefined,
  ready: ({ readyAt }: KeptOrder) => readyAt !== undefined,
  collected: ({ state }: KeptOrder) => state === "collected",
};

/** The figures equal those of a recount, and their totals match the orders. */
export const insights: Check = async ({ world, day, played, orders }) => {
  // The hour of a moment depends on the time zone, and only a recount corrects a change of zone.
  if (day.deeds.some((deed) => deed.does === "set" && deed.settings.timeZone !== undefined)) return [];
  if (orders.length === 0) return [];
  const before = hours();
  const wrong = Object.entries(isCounted).flatMap(([what, is]) => {
    const counted = Object.values(before).reduce((sum, hour) => sum + hour[what as keyof typeof isCounted], 0);
    const are = orders.filter(is).length;
    return counted === are ? [] : [`${counted} orders are counted as ${what}, and ${are} are.`];
  });
  await played.time.run(recount(played.admin, orders));
  const after = hours();
  const other = differences(before, after);
  if (other.length > 0) wrong.push(`The figures, and counted anew: ${other.slice(0, 20).join("; ")}.`);
  return wrong;

  function hours(): Record<string, Counted> {
    const kept = world.documents<Record<string, unknown>>("insights", played.store);
    const plain = kept.map(({ _etag, _ts, _rid, _self, _attachments, ...hour }) => sorted(hour) as Counted);
    const counted = plain.filter((hour) => Object.keys(hour.orders).length > 0);
    return Object.fromEntries(counted.map((hour) => [hour.start, hour]));
  }
};
