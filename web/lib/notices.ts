import type { Notice } from "../../contracts/notice.ts";
import { newer } from "./versions.ts";

export type NoticeMap = ReadonlyMap<string, Notice>;

/** How long expired notices are kept, in ms: an earlier version may arrive late. */
const keptFor = 60 * 60_000;

/** The map with this notice; the same map if it has this version or a later one. */
export function withNotice(have: NoticeMap, got: Notice): NoticeMap {
  const known = have.get(got.id);
  if (newer(known, got) === known) return have;
  const since = Date.parse(got.at) - keptFor;
  return new Map([...have].filter(([, { until }]) => Date.parse(until) > since)).set(got.id, got);
}

/** The notices of a snapshot, and those that were pushed since its request, when the map was `before`. */
export function withSnapshot(have: NoticeMap, before: NoticeMap, got: readonly Notice[]): NoticeMap {
  const pushed = [...have.values()].filter((notice) => before.get(notice.id) !== notice);
  return [...got, ...pushed].reduce(withNotice, new Map());
}
