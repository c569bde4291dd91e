import { describe } from "../lib/errors.ts";
import { arrange } from "./calls.ts";
import type { Entry } from "./config.svelte.ts";
import type { Desk } from "./desk.svelte.ts";
import { move } from "./drink-draft.ts";

/** The drinks in the order that the user gives them: shown optimistically, and rolled back if the server refuses. */
export class MenuOrder {
  #wanted = $state.raw<string[]>();
  /** The order before the move. */
  #seen: string[] | undefined;
  /** The order of the latest request, until it is answered. */
  #asked: string[] | undefined;
  #saved: Promise<void> = Promise.resolve();
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get drinks(): Entry[] {
    const { drinks } = this.#desk.config;
    const wanted = this.#wanted?.map((id) => drinks.find(({ document }) => document.id === id));
    // A drink was added or removed meanwhile: the new order no longer matches the drinks.
    if (wanted === undefined || wanted.length !== drinks.length) return drinks;
    return wanted.every((entry) => entry !== undefined) ? wanted : drinks;
  }

  /** Moves a drink to another index, only on this screen until `save` or `undo`. */
  move(from: number, to: number): void {
    const ids = this.drinks.map(({ document }) => document.id);
    this.#seen ??= [...ids];
    move(ids, from, to);
    this.#wanted = ids;
  }

  /** One request after the other, so that each builds on the previous one. */
  save(): void {
    const [drinks, seen] = [this.#wanted, this.#seen];
    if (drinks === undefined || seen === undefined) return;
    this.#seen = this.#asked = drinks;
    this.#saved = this.#saved.then(() => this.#send(drinks, seen));
  }

  /** Forgets what was moved since the last `save`: the order is again what the documents say, or what is still on its way to them. */
  undo(): void {
    this.#wanted = this.#seen = this.#asked;
  }

  async #send(drinks: string[], seen: string[]): Promise<void> {
    const { app, config, toasts } = this.#desk;
    // The refusal of an earlier request has reverted this one too.
    if (this.#asked === undefined) return;
    try {
      await arrange(app.api, drinks, seen);
      await config.load().catch(() => undefined);
      if (this.#asked === drinks) this.#asked = undefined;
      if (this.#wanted === drinks) this.#forget();
    } catch (error) {
      this.#forget();
      toasts.say(describe(error, app.clock.now));
      await config.load().catch(() => undefined);
    }
  }

  #forget(): void {
    this.#wanted = this.#seen = this.#asked = undefined;
  }
}
