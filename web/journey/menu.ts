import type { App } from "../lib/app.svelte.ts";

/**
 * Loads the menu once: for the names of drinks in the reader's language, and for the store's time zone. If that fails, the story is shown without it.
 */
export async function withMenu({ api, snapshot }: App): Promise<void> {
  if (snapshot.page !== undefined) return;
  await api.page().then(
    ({ page }) => snapshot.takePage(page),
    () => undefined,
  );
}
