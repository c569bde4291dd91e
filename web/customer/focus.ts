import { tick } from "svelte";

/**
 * Call this after a change that may have removed the focused control. It focuses the control that replaces it or, if there is none, the screen's
 * heading. A focus that still exists stays.
 */
export async function focusIn(place: HTMLElement | undefined): Promise<void> {
  await tick();
  if (document.activeElement !== document.body) return;
  const next = place?.querySelector<HTMLElement>("button") ?? document.querySelector<HTMLElement>("main h1");
  next?.focus();
}
