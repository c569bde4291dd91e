import type { Query } from "./http-query.ts";
import type { Filter } from "./operations.ts";
import type { RuntimeStatus } from "./records.ts";

/** By .NET's number of each status. No instance here is ever ContinuedAsNew. */
const statuses = ["Running", "Completed", "ContinuedAsNew", "Failed", "Canceled", "Terminated", "Pending", "Suspended"];

/** The instances that a list or purge selects. Unreadable values are ignored as in the real host, including a status in another case. */
export function readFilter(query: Query): Filter {
  const prefix = query.get("instanceIdPrefix");
  const createdFrom = query.time("createdTimeFrom");
  const createdTo = query.time("createdTimeTo");
  const wanted = (query.get("runtimeStatus") ?? "").split(",").flatMap((text) => statusOf(text.trim()));
  return {
    ...(prefix ? { prefix } : {}),
    ...(createdFrom === undefined ? {} : { createdFrom }),
    ...(createdTo === undefined ? {} : { createdTo }),
    ...(wanted.length === 0 ? {} : { statuses: new Set(wanted as RuntimeStatus[]) }),
  };
}

/** What .NET reads as a status: an exact name, or a number, even one without a meaning. */
function statusOf(text: string): string[] {
  if (/^[+-]?\d+$/.test(text)) return [statuses[Number(text)] ?? text];
  return statuses.includes(text) || text === "Unknown" ? [text] : [];
}
