import { SvelteMap } from "svelte/reactivity";
import { doorsAt } from "../../../contracts/opening.ts";
import type { App } from "../app.svelte.ts";
import { describe } from "../errors.ts";
import { choiceGroups } from "./sold-out.ts";
import { setAvailable, setChoiceAvailable, setOpen, setPause } from "./store-calls.ts";

/** A change counts as slow after this many ms; normally it is on all screens after about a second. */
const patience = 15_000;

const choiceKey = (groupId: string, choiceId: string): string => `${groupId}/${choiceId}`;

/**
 * The store's open sign and the sold-out marks of drinks and choices. A switch shows the requested state until the published page confirms it, and
 * reverts if the request is refused.
 */
export class Switches {
  readonly #app: App;
  readonly #wanted = new SvelteMap<string, { value: boolean }>();
  readonly #tell: (problem: string) => void;
  readonly #slow: () => string;

  /** @param tell shows the user why a switch reverted; `slow` gives the text for a change that does not arrive, in the language of then */
  constructor(app: App, tell: (problem: string) => void, slow: () => string) {
    this.#app = app;
    this.#tell = tell;
    this.#slow = slow;
  }

  /** The requested state, while it is not in effect yet. */
  wanted(id: string): boolean | undefined {
    return this.#wanted.get(id)?.value;
  }
  /** The same for a choice. */
  wantedChoice(groupId: string, choiceId: string): boolean | undefined {
    return this.wanted(choiceKey(groupId, choiceId));
  }
  /** The requested state, or else the current one. */
  get open(): boolean {
    return this.wanted("store") ?? this.isOpen;
  }
  /** The current state by the sign and the opening hours, whether paused or not. */
  get isOpen(): boolean {
    const store = this.#app.snapshot.page?.store;
    return store !== undefined && doorsAt(store, this.#app.clock.now) !== "closed";
  }
  /** Remaining milliseconds of the pause; 0 without one. */
  get pauseLeft(): number {
    const store = this.#app.snapshot.page?.store;
    const { now } = this.#app.clock;
    return store?.pausedUntil && doorsAt(store, now) === "paused" ? Date.parse(store.pausedUntil) - now : 0;
  }

  /** Pauses the store for some minutes; `null` ends the pause. Errors are shown to the user; like all of these, it never rejects. */
  async setPause(minutes: 5 | 10 | 20 | null, reason?: string): Promise<void> {
    try {
      await setPause(this.#app.api, minutes, reason);
    } catch (error) {
      this.#tell(describe(error, this.#app.clock.now));
    }
  }

  /** Opens or closes the store. Ignored while a previous request is under way. */
  setOpen(open: boolean): Promise<void> {
    return this.#set("store", open, () => setOpen(this.#app.api, open));
  }
  /** Marks a drink as available or sold out, in the same way. */
  setAvailable(drinkId: string, available: boolean): Promise<void> {
    return this.#set(drinkId, available, () => setAvailable(this.#app.api, drinkId, available));
  }

  /** The same for a choice, in every drink that has it. */
  setChoiceAvailable(groupId: string, choiceId: string, available: boolean): Promise<void> {
    const ask = () => setChoiceAvailable(this.#app.api, groupId, choiceId, available);
    return this.#set(choiceKey(groupId, choiceId), available, ask);
  }

  /** Drops requests that are in effect. Call it in an effect. */
  settle(): void {
    if (this.#wanted.size === 0) return;
    const { page } = this.#app.snapshot;
    const menu = page?.menu ?? [];
    const now = new Map([
      ...(page ? [["store", this.isOpen] as const] : []),
      ...menu.map(({ id, available }) => [id, available] as const),
      ...choiceGroups(menu).flatMap((group) =>
        group.choices.map(({ id, available }) => [choiceKey(group.id, id), available] as const),
      ),
    ]);
    for (const [id, { value }] of this.#wanted) if (now.get(id) === value) this.#wanted.delete(id);
  }

  async #set(id: string, value: boolean, ask: () => Promise<unknown>): Promise<void> {
    if (this.#wanted.has(id)) return;
    const wish = { value };
    this.#wanted.set(id, wish);
    try {
      await ask();
      setTimeout(() => {
        if (this.#wanted.get(id) !== wish) return;
        this.#wanted.delete(id);
        this.#tell(this.#slow());
      }, patience);
      this.settle();
    } catch (error) {
      this.#wanted.delete(id);
      this.#tell(describe(error, this.#app.clock.now));
    }
  }
}
