import { tick } from "svelte";
import { type Columns, firstFrom, type Spot, stands, successor } from "./places.ts";

/** Where on the board the keyboard is: always on a ticket, as long as there is one, however tickets come and go. */
export class Focus {
  /** The ticket that has the focus, or had it last. */
  spot = $state.raw<Spot>();
  /** Whether somebody uses keys here. */
  keys = $state(false);
  #before: Columns = { queue: [], making: [], ready: [] };
  readonly #columns: () => Columns;
  /** What had the focus when a dialog was opened. */
  #opener: Element | null = null;
  /** An action by key was on the ticket: the focus goes to it, or to the next, wherever it was. */
  #wanted = false;

  constructor(columns: () => Columns) {
    this.#columns = columns;
  }

  /** The ticket that is meant where none is named: the one with the focus, or the first of all. */
  get current(): Spot | undefined {
    const columns = this.#columns();
    if (this.spot !== undefined && stands(columns, this.spot)) return this.spot;
    return firstFrom(columns, this.spot?.column ?? "queue");
  }

  /** Only one ticket of each column is on the way of the Tab key: the others are reached by arrows. */
  tabindex({ column, id }: Spot): 0 | -1 {
    const columns = this.#columns();
    const here = this.spot?.column === column && stands(columns, this.spot) ? this.spot.id : columns[column][0];
    return here === id ? 0 : -1;
  }

  /** To be called when something on the board got the focus. */
  came(target: EventTarget | null): void {
    const button = target instanceof Element ? target.closest("[data-ticket]") : null;
    const spot = button === null ? undefined : this.#spotOf(button.getAttribute("data-ticket") ?? "");
    if (spot !== undefined) this.spot = spot;
  }

  /** To be called when something else got it: then nothing is owed to the board. */
  left(): void {
    this.#wanted = false;
  }

  /** Puts it on a ticket, or, where there is none, on the head of the queue. */
  to(spot: Spot | undefined): void {
    const target = spot === undefined ? undefined : document.querySelector(`[data-ticket="${spot.id}"]`);
    const element = target ?? document.querySelector("#queue");
    if (spot !== undefined) this.spot = spot;
    // A finger is where it is: only who uses keys is shown where they lead.
    if (element instanceof HTMLElement) element.focus({ preventScroll: !this.keys });
  }

  /** To be called before an action on a ticket that may take it away. */
  acts(spot: Spot): void {
    if (this.spot !== undefined && this.spot.id !== spot.id && isTicket(document.activeElement)) return;
    this.spot = spot;
    this.#wanted = true;
  }

  /** To be called before a dialog opens. */
  opens(): void {
    const active = document.activeElement;
    if (active !== document.body && active?.closest("dialog") === null) this.#opener = active;
  }

  /** To be called when tickets came or went, or a dialog closed: what lost the focus by that gives it to the next. */
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
