import type { Query } from "./http-query.ts";
import type { Filter } from "./operations.ts";
import type { RuntimeStatus } from "./records.ts";

/** By the number that .NET has for each; no instance here is ever ContinuedAsNew. */
const statuses = ["Running", "Completed", "ContinuedAsNew", "Failed", "Canceled", "Terminated", "Pending", "Suspended"];

/** Which instances a list or purge is about. What cannot be read is left out, as the real host does: a status in another case, too. */
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

/** What .NET reads as a status: its name as it is written, or a number, also one that stands for none. */
function statusOf(text: string): string[] {
  if (/^[+-]?\d+$/.test(text)) return [statuses[Number(text)] ?? text];
  return statuses.includes(text) || text === "Unknown" ? [text] : [];
}
