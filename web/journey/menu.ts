import type { App } from "../lib/app.svelte.ts";

/** Has the menu once, which says what was ordered in the reader's language, and times by the store's clocks. A story does without it. */
export async function withMenu({ api, snapshot }: App): Promise<void> {
  if (snapshot.page !== undefined) return;
  await api.page().then(
    ({ page }) => snapshot.takePage(page),
    () => undefined,
  );
}
