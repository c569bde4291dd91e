import type { PatchOperation } from "@azure/cosmos";
import type * as z from "zod";
import type { ConfigDocument, StoreDocument } from "../../contracts/documents.ts";
import type { pauseRequest } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { replace } from "../platform/transaction.ts";
import { patched } from "../platform/writes.ts";
import { checkDocument, isDeleted, type Problems, type Stored, withoutSystemFields } from "./check.ts";
import type { Edited } from "./edit.ts";
import { namesOf } from "./groups.ts";
import { writeInParts } from "./menu-documents.ts";
import { openingOf } from "./opening.ts";

/** Marks a drink as available or sold out. @throws Refusal as `setFields` does */
export function setAvailable(storeId: string, drinkId: string, available: boolean): Promise<Edited> {
  return setFields(storeId, drinkId, (document) =>
    (document as { available?: unknown }).available === available
      ? []
      : [{ op: "set", path: "/available", value: available }],
  );
}

/**
 * Marks a choice as sold out or available in all drinks: in the shared group of that id, and in drinks with their own group of that id. Invalid documents are
 * skipped, since they would not be published, and admins see their problems already.
 * @throws Refusal `not-found`, `document-invalid` if the choice is only in invalid documents, `try-again`
 */
export async function setChoiceAvailable(
  storeId: string,
  groupId: string,
  choiceId: string,
  available: boolean,
): Promise<void> {
  const config = await container("config");
  for (let round = 0; round < 5; round++) {
    const { resources } = await config.items.query<Stored>(mayHaveGroups, { partitionKey: storeId }).fetchAll();
    const found = resources.filter((stored) => !isDeleted(stored) && groupsIn(stored, groupId).some(hasChoice));
    if (found.length === 0) throw new Refusal("not-found", `No drink has a choice "${choiceId}" of "${groupId}".`);
    const good = found.filter((stored) => "document" in checkDocument(stored));
    if (good.length === 0) throw hasMistake(namesOf(found), []);
    const writes = good.flatMap((stored) => {
      const changed = structuredClone(stored);
      const choices = groupsIn(changed, groupId).flatMap((group) => group.choices.filter(isIt));
      if (choices.every((choice) => (choice.available !== false) === available)) return [];
      for (const choice of choices) {
        if (available) delete choice.available;
        else choice.available = false;
      }
      return [replace(withoutSystemFields(changed), stored._etag)];
    });
    if (await writeInParts(config, storeId, writes)) return;
  }
  throw new Refusal("try-again", "These drinks are being edited right now. Please try again.");

  function isIt({ id }: LooseChoice): boolean {
    return id === choiceId;
  }
  function hasChoice({ choices }: LooseGroup): boolean {
    return choices.some(isIt);
  }
}

const mayHaveGroups = "SELECT * FROM c WHERE c.kind IN ('drink', 'options')";

type LooseChoice = { id: unknown; available?: unknown };
type LooseGroup = { choices: LooseChoice[] };

/** A drink's own groups with this id, or the shared group itself. The document may have any content, since it can be edited by hand. */
function groupsIn(stored: Stored, groupId: string): LooseGroup[] {
  const groups = stored.kind === "options" ? [stored] : Array.isArray(stored.options) ? stored.options : [];
  const id = stored.kind === "options" ? `options:${groupId}` : groupId;
  return (groups as (Partial<LooseGroup & { id: unknown }> | null)[]).filter(
    (group): group is LooseGroup & { id: unknown } =>
      group?.id === id && Array.isArray(group.choices) && group.choices.every((choice) => choice instanceof Object),
  );
}

function hasMistake(what: string, errors: Problems): Refusal {
  const detail = `${what} has a mistake and cannot be published, so this would change nothing. An admin must correct it first.`;
  return new Refusal("document-invalid", detail, { errors });
}

/** Opens or closes a store by hand; if it has hours, until their next change. @throws Refusal `store-closed` for a retired store, and as `setFields` does */
export function setOpen(storeId: string, open: boolean): Promise<Edited> {
  return setFields(storeId, "store", (document) => {
    const now = Date.now();
    const { retiredAt } = document as StoreDocument;
    if (open && retiredAt)
      throw new Refusal("store-closed", "This store is closed for good. An admin can bring it back.");
    if (openingOf(document as StoreDocument, now).open === open) return [];
    return [
      { op: "set", path: "/open", value: open },
      { op: "set", path: "/switchedAt", value: new Date(now).toISOString() },
    ];
  });
}

/** Retires a store, or brings it back. Its switch, hours and people are kept. @throws Refusal as `setFields` does */
export function setRetired(storeId: string, retired: boolean): Promise<Edited> {
  return setFields(storeId, "store", (document) => {
    if (((document as StoreDocument).retiredAt !== undefined) === retired) return [];
    if (!retired) return [{ op: "remove", path: "/retiredAt" }];
    return [{ op: "set", path: "/retiredAt", value: new Date().toISOString() }];
  });
}

/** Pauses new orders for some minutes from now on, or ends the pause. @throws Refusal as `setFields` does */
export function setPause(storeId: string, { minutes, reason, why }: z.infer<typeof pauseRequest>): Promise<Edited> {
  return setFields(storeId, "store", (document) => {
    if (minutes === null) return (document as StoreDocument).pause ? [{ op: "remove", path: "/pause" }] : [];
    const until = new Date(Date.now() + minutes * 60_000).toISOString();
    return [
      {
        op: "set",
        path: "/pause",
        value: { until, ...(reason !== undefined && { reason }), ...(why !== undefined && { why }) },
      },
    ];
  });
}

/**
 * Sets fields of a document and keeps concurrent changes of other fields. If there is nothing to set, nothing is written. An invalid document is refused: it
 * would not be published, so the switch would have no effect.
 * @param change returns the fields to set, from the current document
 * @throws Refusal `not-found`, `document-invalid`, `try-again`
 */
async function setFields(
  storeId: string,
  documentId: string,
  change: (document: ConfigDocument) => PatchOperation[],
): Promise<Edited> {
  const config = await container("config");
  for (let round = 0; round < 5; round++) {
    const { resource: current } = await config.item(documentId, storeId).read<Stored>();
    if (current === undefined || isDeleted(current)) throw new Refusal("not-found", `There is no ${documentId}.`);
    const checked = checkDocument(current);
    if ("problems" in checked) throw hasMistake(documentId, checked.problems);
    const operations = change(checked.document);
    if (operations.length === 0) return seen(current);
    const written = await patched<Stored>(config, storeId, documentId, operations, current._etag);
    if (written) return seen(written);
  }
  throw new Refusal("try-again", `${documentId} is being edited right now. Please try again.`);
}

function seen(stored: Stored): Edited {
  return { document: withoutSystemFields(stored), etag: stored._etag };
}
