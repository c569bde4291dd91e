import { tick } from "svelte";

const lines = (list: Element): Element[] => [...list.querySelectorAll(":scope > [data-line]")];

/**
 * Removes a line, and moves the focus to the same button of the line that is now in its place, or of the last line, or to the button that adds one.
 * Lines have `data-line`, and each begins with its own buttons.
 */
export async function removeLine(button: HTMLElement, remove: () => void): Promise<void> {
  const line = button.closest("[data-line]");
  const list = line?.parentElement;
  if (!line || !list) return remove();
  const index = lines(list).indexOf(line);
  remove();
  await tick();
  const now = lines(list);
  const next = now[index] ?? now.at(-1);
  (next ?? list).querySelector<HTMLElement>(next ? "[data-remove]" : ":scope > button")?.focus();
}

/** Adds a line, and moves the focus to its first field. */
export async function addLine(button: HTMLElement, add: () => void): Promise<void> {
  add();
  await tick();
  const list = button.parentElement;
  (list && lines(list).at(-1))?.querySelector("input")?.focus();
}

/** Blocks all input inside an element while it is busy. Unlike `disabled`, it keeps the focus, and a phone its keyboard; the Tab key still works. */
export function still(busy: () => boolean): (node: HTMLElement) => () => void {
  const stop = (event: Event): void => {
    if (!busy() || (event instanceof KeyboardEvent && event.key === "Tab")) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const kinds = ["beforeinput", "click", "keydown", "mousedown"];
  return (node) => {
    for (const kind of kinds) node.addEventListener(kind, stop, { capture: true });
    return () => {
      for (const kind of kinds) node.removeEventListener(kind, stop, { capture: true });
    };
  };
}
