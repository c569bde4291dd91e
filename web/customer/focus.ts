import { tick } from "svelte";

/**
 * To be called after something that may have taken the control away that asked for it: the one that stands in its place has the focus then, or,
 * where there is none, the screen's heading. A focus that is anywhere is left there.
 */
export async function focusIn(place: HTMLElement | undefined): Promise<void> {
  await tick();
  if (document.activeElement !== document.body) return;
  const next = place?.querySelector<HTMLElement>("button") ?? document.querySelector<HTMLElement>("main h1");
  next?.focus();
}
