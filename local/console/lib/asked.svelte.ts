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
  /** Counts the paths: what one of before, or a page that was left, is answered is not wanted now. */
  #turn = 0;
  /** Counts the questions, and says which is the latest that was answered: what an earlier one is answered after that is out of date. */
  #asked = 0;
  #answered = 0;
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
    const [turn, question] = [this.#turn, ++this.#asked];
    const isNews = (): boolean => {
      if (turn !== this.#turn || question < this.#answered) return false;
      this.#answered = question;
      return true;
    };
    try {
      const value = await get<T>(this.#path());
      if (!isNews()) return;
      this.value = value;
      this.#unanswered = undefined;
    } catch (error) {
      // That nothing answers at all the frame says, once for all that ask.
      const gone = error instanceof ApiError && error.status === 0;
      if (isNews()) this.#unanswered = gone ? undefined : (error as Error).message;
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
