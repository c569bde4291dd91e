import type { MenuCopyReply } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { create, replace } from "../platform/transaction.ts";
import { isDeleted } from "./check.ts";
import { documentsOf, drinksIn, menuFor, writeInParts } from "./menu-documents.ts";

const rounds = 5;

/**
 * Copies the documents of another store's menu whose ids this store does not have. Existing documents stay unchanged, so the operation is idempotent and
 * overwrites nobody's work. Sold-out marks are copied as they are.
 * @throws Refusal `bad-request` for the store's own menu, `try-again` after too many conflicting writes
 */
export async function copyMenu(storeId: string, from: string): Promise<MenuCopyReply> {
  if (from === storeId) throw new Refusal("bad-request", "A store's menu cannot be copied to the store itself.");
  const config = await container("config");
  const { menu, leftOut } = menuFor(storeId, await documentsOf(config, from));
  let copied: ReadonlySet<string> | undefined;
  for (let round = 0; round < rounds; round++) {
    const there = new Map((await documentsOf(config, storeId)).map((stored) => [stored.id, stored]));
    const missing = menu.filter(({ id }) => {
      const stored = there.get(id);
      return stored === undefined || isDeleted(stored);
    });
    // Count by the first round, since an earlier round may have written some of the documents.
    copied ??= new Set(missing.map(({ id }) => id));
    const operations = missing.map((document) => {
      const marked = there.get(document.id);
      return marked === undefined ? create(document) : replace(document, marked._etag);
    });
    if (!(await writeInParts(config, storeId, operations))) continue;
    const drinks = drinksIn(menu.filter(({ id }) => copied?.has(id)));
    return { drinks, kept: drinksIn(menu) - drinks, leftOut };
  }
  throw new Refusal("try-again", "This menu is being edited right now. Please try again.");
}
