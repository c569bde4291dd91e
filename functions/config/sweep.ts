import type { CatalogPage, StaffPage } from "../../contracts/catalog.ts";
import type { SharedGroup } from "../../contracts/options.ts";
import { container } from "../platform/clients.ts";
import { type Log, publishStores } from "./publish-stores.ts";

type Published = { storeId: string; _ts: number } & Partial<
  Pick<CatalogPage, "menu" | "store"> & Pick<StaffPage, "people"> & { groups: SharedGroup[] }
>;

/** What was published so short a while ago, in ms, is left alone: a read may lag behind the change feed, and take what is new for gone. */
const quietFor = 60_000;

/**
 * Publishes stores anew whose doors open or close by themselves, or whose pause is over; and those whose drinks, groups or people were deleted straight in
 * Cosmos DB, of which the change feed tells nothing. Two small queries where nothing was.
 */
export async function sweepStores(log: Log): Promise<void> {
  const [config, catalog] = await Promise.all([container("config"), container("catalog")]);
  // Over all stores on purpose: there are few, each with two such pages.
  const [published, documents] = await Promise.all([
    catalog.items.query<Published>("SELECT * FROM c WHERE c.kind IN ('page', 'staff')").fetchAll(),
    config.items.query<{ id: string; storeId: string }>("SELECT c.id, c.storeId FROM c").fetchAll(),
  ]);
  const there = new Set(documents.resources.map(({ storeId, id }) => `${storeId} ${id}`));
  const due: [string, []][] = [];
  const lost = new Map<string, number>();
  for (const [storeId, pages] of Map.groupBy(published.resources, (page) => page.storeId)) {
    if (pages.some(isDue)) {
      due.push([storeId, []]);
      continue;
    }
    const shown = pages.flatMap(({ menu = [], groups = [], people = [] }) => [
      ...[...menu, ...groups].map(({ id }) => id),
      ...people.map(({ phone }) => `staff:${phone}`),
    ]);
    const gone = shown.filter((id) => !there.has(`${storeId} ${id}`)).length;
    const quiet = pages.every(({ _ts }) => _ts * 1000 < Date.now() - quietFor);
    if (gone === 0 || !quiet) continue;
    due.push([storeId, []]);
    lost.set(storeId, gone);
  }
  for (const storeId of await publishStores(due, log)) {
    const gone = lost.get(storeId);
    if (gone) log.log(`${gone} documents of ${storeId} were deleted in Cosmos DB; it is published without them.`);
  }
}

/** Whether a page tells of a change that has come. Each publication tells of the next. */
function isDue({ store }: Published): boolean {
  const changes = [store?.opensAt, store?.closesAt, store?.pausedUntil];
  return changes.some((change) => change !== undefined && Date.parse(change) <= Date.now());
}
