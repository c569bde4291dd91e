import { tick } from "svelte";
import { type Columns, firstFrom, type Spot, stands, successor } from "./places.ts";

/** The keyboard focus on the board: always on a ticket, as long as there is one, whatever tickets appear or disappear. */
export class Focus {
  /** The ticket that has, or last had, the focus. */
  spot = $state.raw<Spot>();
  /** Whether the user uses the keyboard. */
  keys = $state(false);
  #before: Columns = { queue: [], making: [], ready: [] };
  readonly #columns: () => Columns;
  /** The element that had the focus when a dialog was opened. */
  #opener: Element | null = null;
  /** A keyboard action concerned the ticket: the focus moves to it, or to the next one, from wherever it was. */
  #wanted = false;

  constructor(columns: () => Columns) {
    this.#columns = columns;
  }

  /** The default ticket for actions: the focused one, or the first of all. */
  get current(): Spot | undefined {
    const columns = this.#columns();
    if (this.spot !== undefined && stands(columns, this.spot)) return this.spot;
    return firstFrom(columns, this.spot?.column ?? "queue");
  }

  /** Roving tabindex: Tab reaches one ticket in each column, arrows the others. */
  tabindex({ column, id }: Spot): 0 | -1 {
    const columns = this.#columns();
    const here = this.spot?.column === column && stands(columns, this.spot) ? this.spot.id : columns[column][0];
    return here === id ? 0 : -1;
  }

  /** Call this when something on the board gets the focus. */
  came(target: EventTarget | null): void {
    const button = target instanceof Element ? target.closest("[data-ticket]") : null;
    const spot = button === null ? undefined : this.#spotOf(button.getAttribute("data-ticket") ?? "");
    if (spot !== undefined) this.spot = spot;
  }

  /** Call this when something else gets the focus: then the board does not claim it. */
  left(): void {
    this.#wanted = false;
  }

  /** Focuses a ticket or, if there is none, the head of the queue. */
  to(spot: Spot | undefined): void {
    const target = spot === undefined ? undefined : document.querySelector(`[data-ticket="${spot.id}"]`);
    const element = target ?? document.querySelector("#queue");
    if (spot !== undefined) this.spot = spot;
    // Scrolls only for keyboard users.
    if (element instanceof HTMLElement) element.focus({ preventScroll: !this.keys });
  }

  /** Call this before an action on a ticket that may remove it. */
  acts(spot: Spot): void {
    if (this.spot !== undefined && this.spot.id !== spot.id && isTicket(document.activeElement)) return;
    this.spot = spot;
    this.#wanted = true;
  }

  /** Call this before a dialog opens. */
  opens(): void {
    const active = document.activeElement;
    if (active !== document.body && active?.closest("dialog") === null) this.#opener = active;
  }

  /** Call this after tickets have changed or a dialog was closed: if the focus was lost, it moves to the next ticket. */
  async settle(): Promise<void> {
    await tick();
    const columns = this.#columns();
    const before = this.#before;
    this.#before = columns;
    if (document.querySelector("dialog[open]") !== null) return;
    const opener = this.#opener;
    this.#opener = null;
    const active = document.activeElement;
    const nowhere = active === null || active === document.body;
    if (!this.#wanted && !nowhere) return;
    if (!this.#wanted && opener instanceof HTMLElement && opener.isConnected && !isTicket(opener)) opener.focus();
    else if (this.spot !== undefined) this.to(successor(before, columns, this.spot));
    this.#wanted = false;
  }

  #spotOf(id: string): Spot | undefined {
    const columns = this.#columns();
    const column = (["queue", "making", "ready"] as const).find((name) => columns[name].includes(id));
    return column && { column, id };
  }
}

function isTicket(element: Element | null): boolean {
  return element?.closest("[data-ticket]") != null;
}
