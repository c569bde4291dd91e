import { differences } from "../differences.ts";
import { sorted } from "../sorted.ts";
import type { Check } from "./look.ts";

/** The figures are those of a recount. */
export const insights: Check = async ({ world, day, played, orders }) => {
  // Which hour a moment belongs to changes with the zone, and a recount is how that is made up for.
  if (day.deeds.some((deed) => deed.does === "set" && deed.settings.timeZone !== undefined)) return [];
  const api = played.screens.find(({ device }) => device.phone === "+14255550100")?.device.api;
  const days = orders.map((order) => order.day).sort();
  const [from, to] = [days[0], days.at(-1)];
  if (api === undefined || from === undefined || to === undefined) return [];
  const before = hours();
  await played.time.run(api.inStore("POST", "/insights/recount", { body: { from, to } }));
  const after = hours();
  const other = differences(before, after);
  return other.length === 0 ? [] : [`The figures, and counted anew: ${other.slice(0, 20).join("; ")}.`];

  function hours(): Record<string, unknown> {
    const kept = world.documents<Record<string, unknown>>("insights", played.store);
    const plain = kept.map(({ _etag, _ts, _rid, _self, _attachments, ...hour }) => sorted(hour));
    const counted = plain.filter((hour) => Object.keys((hour as { orders: object }).orders).length > 0);
    return Object.fromEntries(counted.map((hour) => [(hour as { start: string }).start, hour]));
  }
};
