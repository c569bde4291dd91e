import * as z from "zod";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { storeSettings } from "../../contracts/documents.ts";
import { assemble } from "../../functions/config/assemble.ts";
import { seedDocuments } from "../../infra/seed.ts";
import type { Recording } from "./recording.ts";

/**
 * The published page before a recording begins. A recording contains pages only where they changed. The first one is used, as open if a scan was
 * admitted before it. Without any page in the recording, the seed's is used.
 */
export async function firstPage({ events, storeId, begins }: Recording, timeZone: string): Promise<CatalogPage> {
  const at = events.findIndex(({ data }) => "page" in data);
  const data = events[at]?.data;
  const letIn = events.slice(0, at === -1 ? events.length : at).some(({ type }) => type === "crema.order.admitted.v1");
  if (data !== undefined && "page" in data) {
    const { page } = data;
    const open = page.store.open || letIn;
    return { ...page, version: Math.max(1, page.version - 1), store: { ...page.store, open } };
  }
  const documents = await seedDocuments({ storeId, timeZone });
  const store = documents.find(({ kind }) => kind === "store");
  return {
    storeId,
    version: 1,
    publishedAt: new Date(begins).toISOString(),
    store: z.object(storeSettings).parse(store),
    menu: assemble(
      documents.map((document) => ({ ...document, _etag: "", _ts: 0 })),
      {},
      begins,
    ).menu,
  };
}
