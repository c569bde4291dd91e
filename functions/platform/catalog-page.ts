import type { CatalogPage } from "../../contracts/catalog.ts";
import { container } from "./clients.ts";
import { Refusal } from "./refusal.ts";
import { sharedRead } from "./shared-read.ts";

/** The store and menu as last published, straight from the container. @throws Refusal `unknown-store` */
export async function catalogPage(storeId: string): Promise<CatalogPage> {
  const resource = await sharedRead(`page ${storeId}`, async () => {
    return (await (await container("catalog")).item("page", storeId).read<CatalogPage>()).resource;
  });
  if (resource === undefined) throw new Refusal("unknown-store", `There is no store "${storeId}".`);
  return resource;
}

/** The part of a stored page that everybody may see. It is taken as it is: another version of this application may have written it. */
export function shownOf({ storeId, version, publishedAt, store, menu }: CatalogPage): CatalogPage {
  return { storeId, version, publishedAt, store, menu };
}
