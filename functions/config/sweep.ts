import type { CatalogPage, StaffPage } from "../../contracts/catalog.ts";
import type { SharedGroup } from "../../contracts/options.ts";
import { container } from "../platform/clients.ts";
import { type Log, publishStores } from "./publish-stores.ts";

type Published = { storeId: string; _ts: number } & Partial<
  Pick<CatalogPage, "menu" | "store"> & Pick<StaffPage, "people"> & { groups: SharedGroup[] }
>;

/** How long after its publication a page is not checked for deleted documents, in ms: a read may lag, and a new document would look deleted. */
const quietFor = 60_000;

/**
 * Publishes stores that open or close by their hours, or whose pause has ended. Also those whose drinks, groups or people were deleted directly in Cosmos DB,
 * which the change feed does not report. If there is nothing to do, this costs two small queries.
 */
export async function sweepStores(log: Log): Promise<void> {
  const [config, catalog] = await Promise.all([container("config"), container("catalog")]);
  // A cross-partition query, which is acceptable because there are few stores, each with two such pages.
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

/** Whether a page names a change whose time has come. Each publication names the next one. */
function isDue({ store }: Published): boolean {
  const changes = [store?.opensAt, store?.closesAt, store?.pausedUntil];
  return changes.some((change) => change !== undefined && Date.parse(change) <= Date.now());
}
