import type { Notice } from "../../contracts/notice.ts";
import { newer } from "./versions.ts";

export type NoticeMap = ReadonlyMap<string, Notice>;

/** What is over is kept for so long, in ms: an earlier version of it may come late. */
const keptFor = 60 * 60_000;

/** One notice taken in; the same map when we have this version of it or a later one. */
export function withNotice(have: NoticeMap, got: Notice): NoticeMap {
  const known = have.get(got.id);
  if (newer(known, got) === known) return have;
  const since = Date.parse(got.at) - keptFor;
  return new Map([...have].filter(([, { until }]) => Date.parse(until) > since)).set(got.id, got);
}

/** What a snapshot says there is, and what was pushed since it was asked for, when there was what was `before`. */
export function withSnapshot(have: NoticeMap, before: NoticeMap, got: readonly Notice[]): NoticeMap {
  const pushed = [...have.values()].filter((notice) => before.get(notice.id) !== notice);
  return [...got, ...pushed].reduce(withNotice, new Map());
}
