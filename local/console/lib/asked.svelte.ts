import { ApiError, get } from "./api.ts";

/** What an address answers, asked again and again while somebody looks. Made where a component begins. */
export class Asked<T> {
  value = $state.raw<T>();
  /** Why it was not answered. */
  #unanswered = $state<string>();
  /** Why what was done last went wrong. It stays to be read, until something else is done or asked for. */
  #undone = $state<string>();
  readonly #path: () => string;
  #ended = false;
  /** Counts the questions: what an earlier one is answered, or one of a page that was left, is not wanted now. */
  #turn = 0;
  #left = false;

  /** @param path asked anew when it changes @param pause between two questions, in ms */
  constructor(path: () => string, pause = 2_000) {
    this.#path = path;
    $effect(() => {
      path();
      this.#ended = false;
      this.#left = false;
      this.#undone = undefined;
      void this.refresh();
      const asking = setInterval(() => document.visibilityState === "visible" && void this.refresh(), pause);
      return () => {
        clearInterval(asking);
        this.#left = true;
        this.#turn++;
      };
    });
  }

  get problem(): string | undefined {
    return this.#undone ?? this.#unanswered;
  }

  /** There is nothing left to ask about, at this path. */
  end(): void {
    this.#ended = true;
  }

  /** Asks once more, unless it has ended or the page was left. Never rejects: why there was no answer is the problem. */
  async refresh(): Promise<void> {
    if (this.#ended || this.#left) return;
    const turn = this.#turn;
    try {
      const value = await get<T>(this.#path());
      if (turn !== this.#turn) return;
      this.value = value;
      this.#unanswered = undefined;
    } catch (error) {
      // That nothing answers at all the frame says, once for all that ask.
      const gone = error instanceof ApiError && error.status === 0;
      if (turn === this.#turn) this.#unanswered = gone ? undefined : (error as Error).message;
    }
  }

  /** Does something, and asks anew. What goes wrong is the problem. Whether it went well. */
  async after(act: () => Promise<unknown>): Promise<boolean> {
    this.#undone = undefined;
    try {
      await act();
    } catch (error) {
      this.#undone = (error as Error).message;
      return false;
    }
    await this.refresh();
    return true;
  }
}
