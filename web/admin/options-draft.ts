import type { ConfigReply } from "../../contracts/http.ts";
import { emptyGroup, type GroupDraft, groupDraft, groupField, groupFields } from "./group-draft.ts";
import { type Loose, list, text } from "./loose.ts";
import { steps } from "./problems.ts";

type Entry = ConfigReply["documents"][number];

const prefix = "options:";
const key = "g";

/** What a new question begins with that drinks are to share. */
export const emptyOptions = (): GroupDraft => emptyGroup(key);

/** A shared question as it was read; the same document makes the same draft each time. */
export function optionsDraft(document: Loose): GroupDraft {
  return groupDraft({ ...document, id: text(document.id).replace(prefix, "") }, key);
}

/** The document to save. Only what the form shows is in it. */
export function optionsDocument(draft: GroupDraft, storeId: string): Loose & { id: string } {
  return { id: `${prefix}${draft.id}`, kind: "options", storeId, ...groupFields(draft) };
}

/** The field at which a path of the document is shown; undefined where there is none. */
export const optionsField = (draft: GroupDraft, path: string): string | undefined => groupField(draft, steps(path));

/** The drinks that share a question. */
export function usersOf(shared: string, drinks: readonly Entry[]): Entry[] {
  return drinks.filter(({ document }) => list(document.options).some((group) => group.shared === shared));
}

/** The ids of the shared questions that there are. */
export const questionIds = (groups: readonly Entry[]): { id: string }[] =>
  groups.map(({ document }) => ({ id: document.id.replace(prefix, "") }));
