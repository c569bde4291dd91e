import { ApiError, get } from "./api.ts";

/** The response of an address, polled while the page is visible. Create it during component initialization. */
export class Asked<T> {
  value = $state.raw<T>();
  /** Why there was no response. */
  #unanswered = $state<string>();
  /** Why the last action failed. It stays until another action or request. */
  #undone = $state<string>();
  readonly #path: () => string;
  #ended = false;
  /** Identifies the current path: responses for an earlier path, or for a page that was left, are ignored. */
  #turn = 0;
  /** Counts the requests, and the latest that was answered: a later response to an earlier request is out of date. */
  #asked = 0;
  #answered = 0;
  #left = false;

  /** @param path requested again when it changes @param pause the polling interval, in ms */
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

  /** Stops polling at this path. */
  end(): void {
    this.#ended = true;
  }

  /** Requests again, unless polling has ended or the page was left. Never rejects: errors are in the problem. */
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
      // The frame reports a missing response, once for all requests.
      const gone = error instanceof ApiError && error.status === 0;
      if (isNews()) this.#unanswered = gone ? undefined : (error as Error).message;
    }
  }

  /** Performs an action and requests again. An error becomes the problem. Returns whether it succeeded. */
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
