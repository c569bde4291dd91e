/** An unsaved edit of an item. */
export interface Draft {
  /** The item that was opened; undefined for a new one. */
  readonly item: Record<string, unknown> | undefined;
  readonly text: string;
}

/** Unsaved edits by the path of the container, so that they are there when somebody returns. */
export const drafts = new Map<string, Draft>();

addEventListener("beforeunload", (event) => {
  if (drafts.size > 0) event.preventDefault();
});
