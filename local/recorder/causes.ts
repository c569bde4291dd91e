import type { Recorder } from "./recorder.ts";

/** The causes of the next step, collected until it begins. */
export class Causes {
  readonly #recorder: Recorder;
  readonly #ids = new Set<number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Adds the current span. */
  add(): void {
    const { now } = this.#recorder;
    if (now > 0) this.#ids.add(now);
  }

  /** The ids of all causes, each once; the list is empty afterwards. */
  take(): number[] {
    const ids = [...this.#ids];
    this.#ids.clear();
    return ids;
  }
}
