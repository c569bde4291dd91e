import { tick } from "svelte";
import { admin as words } from "../lib/strings/admin.ts";
import { t } from "../lib/text.ts";
import { drag } from "./drag.ts";

/** A list whose lines can be moved. */
export interface Sorted {
  count: () => number;
  name: (index: number) => string;
  /** Moves a line during the interaction. */
  move: (from: number, to: number) => void;
  /** Called when the line was put down at another index. */
  done?: (from: number, to: number) => void;
  /** Called when the line is again where it was picked up. */
  undone?: () => void;
}

/**
 * Moves the lines of a list: by dragging their grips, or without dragging by picking one up with a tap or Enter and moving it by keys or buttons.
 * Each step is announced to screen readers. Lines have `data-line`, grips `data-grip`.
 */
export class Sorter {
  /** Index of the line that is picked up. */
  held = $state<number>();
  /** The latest announcement for screen readers. */
  said = $state("");
  /** Attachment for the parent element of the lines. */
  readonly attach: (list: HTMLElement) => () => void;
  readonly #list: Sorted;
  #from = 0;
  #moving = false;

  constructor(list: Sorted) {
    this.#list = list;
    this.attach = drag({
      begin: () => this.drop(),
      put: (from, to) => {
        list.move(from, to);
        this.#say(words.sort.put, to);
        list.done?.(from, to);
      },
    });
  }

  /** Whether a line is already at the top. */
  isFirst(index: number): boolean {
    return index === 0;
  }
  /** Whether a line is already at the bottom. */
  isLast(index: number): boolean {
    return index === this.#list.count() - 1;
  }

  /** Picks a line up, or puts it down. */
  toggle(index: number): void {
    const again = this.held === index;
    this.drop();
    if (again) return;
    this.#from = index;
    this.held = index;
    this.#say(words.sort.picked, index);
  }

  /** Puts down the line that is picked up, at its present index. */
  drop(): void {
    const to = this.held;
    if (to === undefined) return;
    this.held = undefined;
    this.#say(words.sort.put, to);
    if (to === this.#from) this.#list.undone?.();
    else this.#list.done?.(this.#from, to);
  }

  /** Moves the line that is picked up back to where it was. */
  cancel(): void {
    const now = this.held;
    if (now === undefined) return;
    if (now !== this.#from) this.#list.move(now, this.#from);
    this.#list.undone?.();
    this.held = undefined;
    this.#say(words.sort.back, this.#from);
  }

  /** Moves a line by one, picked up or not. The focused control keeps the focus although its line moves. */
  async step(index: number, by: -1 | 1, button: HTMLElement): Promise<void> {
    if (by < 0 ? this.isFirst(index) : this.isLast(index)) return;
    await this.#moveTo(index, index + by, button);
  }

  /** Handles a key at a grip: arrows, Home and End move a line that is picked up, Escape puts it back. Other keys are ignored. */
  async key(event: KeyboardEvent & { currentTarget: HTMLElement }, index: number): Promise<void> {
    if (this.held !== index) return;
    const last = this.#list.count() - 1;
    const places: Record<string, number> = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: last };
    const to = places[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      await this.#keeping(event.currentTarget, () => this.cancel());
    } else if (to !== undefined) {
      event.preventDefault();
      await this.#moveTo(index, Math.min(Math.max(to, 0), last), event.currentTarget);
    }
  }

  /** The focus left the line: puts down what is picked up. */
  left(event: FocusEvent & { currentTarget: HTMLElement }): void {
    const line = event.currentTarget.closest("[data-line]");
    const inside = event.relatedTarget instanceof Node && line?.contains(event.relatedTarget);
    if (!this.#moving && !inside) this.drop();
  }

  async #moveTo(from: number, to: number, button: HTMLElement): Promise<void> {
    if (from === to) return;
    const held = this.held === from;
    await this.#keeping(button, () => {
      this.#list.move(from, to);
      if (held) this.held = to;
    });
    this.#say(words.sort.moved, to);
    if (!held) this.#list.done?.(from, to);
  }

  async #keeping(button: HTMLElement, work: () => void): Promise<void> {
    this.#moving = true;
    work();
    await tick();
    button.focus();
    this.#moving = false;
  }

  #say(message: string, index: number): void {
    this.said = t(message, { name: this.#list.name(index), n: index + 1, total: this.#list.count() });
  }
}
