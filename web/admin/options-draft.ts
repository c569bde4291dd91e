import type { ConfigReply } from "../../contracts/http.ts";
import { emptyGroup, type GroupDraft, groupDraft, groupField, groupFields } from "./group-draft.ts";
import { type Loose, list, text } from "./loose.ts";
import { steps } from "./problems.ts";

type Entry = ConfigReply["documents"][number];

const prefix = "options:";
const key = "g";

/** The initial draft of a new shared question. */
export const emptyOptions = (): GroupDraft => emptyGroup(key);

/** The draft of a shared question; the same document always gives the same draft. */
export function optionsDraft(document: Loose): GroupDraft {
  return groupDraft({ ...document, id: text(document.id).replace(prefix, "") }, key);
}

/** The document to save. It contains only what the form shows. */
export function optionsDocument(draft: GroupDraft, storeId: string): Loose & { id: string } {
  return { id: `${prefix}${draft.id}`, kind: "options", storeId, ...groupFields(draft) };
}

/** The form field for a path of the document; undefined if there is none. */
export const optionsField = (draft: GroupDraft, path: string): string | undefined => groupField(draft, steps(path));

/** The drinks that share a question. */
export function usersOf(shared: string, drinks: readonly Entry[]): Entry[] {
  return drinks.filter(({ document }) => list(document.options).some((group) => group.shared === shared));
}

/** The ids of the existing shared questions. */
export const questionIds = (groups: readonly Entry[]): { id: string }[] =>
  groups.map(({ document }) => ({ id: document.id.replace(prefix, "") }));
