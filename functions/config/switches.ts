import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { Refusal } from "../platform/refusal.ts";
import { checkDocument, isDeleted, type Stored, withoutSystemFields } from "./check.ts";
import type { Edited } from "./edit.ts";

/**
 * Sets one yes-or-no field of a document and leaves the rest as others have it. Set to what it is already, nothing is written.
 * Refused where the document has a mistake: it would not be published, and the switch would lie.
 * @throws Refusal `not-found`, `document-invalid`, `try-again`
 */
export async function setSwitch(
  storeId: string,
  documentId: string,
  field: "open" | "available",
  value: boolean,
): Promise<Edited> {
  const item = (await container("config")).item(documentId, storeId);
  for (let round = 0; round < 5; round++) {
    const { resource: current } = await item.read<Stored>();
    if (current === undefined || isDeleted(current)) throw new Refusal("not-found", `There is no ${documentId}.`);
    const checked = checkDocument(current);
    if ("problems" in checked) {
      const detail = `${documentId} has a mistake and cannot be published, so this would change nothing. An admin must correct it first.`;
      throw new Refusal("document-invalid", detail, { errors: checked.problems });
    }
    if (current[field] === value) return seen(current);
    try {
      const { resource } = await item.patch<Stored>([{ op: "set", path: `/${field}`, value }], {
        accessCondition: { type: "IfMatch", condition: current._etag },
      });
      if (resource) return seen(resource);
    } catch (error) {
      if (![404, 412].includes(cosmosStatus(error) ?? 0)) throw error;
    }
  }
  throw new Refusal("try-again", `${documentId} is being edited right now. Please try again.`);
}

function seen(stored: Stored): Edited {
  return { document: withoutSystemFields(stored), etag: stored._etag };
}
