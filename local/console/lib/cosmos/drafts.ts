/** An item as it is being written. */
export interface Draft {
  /** What it was opened as; nothing for a new one. */
  readonly item: Record<string, unknown> | undefined;
  readonly text: string;
}

/** What is written and not saved, by the path of its container: whoever goes elsewhere finds it there again. */
export const drafts = new Map<string, Draft>();

addEventListener("beforeunload", (event) => {
  if (drafts.size > 0) event.preventDefault();
});
