import type { Recorder } from "./recorder.ts";

/** What the next step of something comes from, collected until that begins. */
export class Causes {
  readonly #recorder: Recorder;
  readonly #ids = new Set<number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** What runs now is one of them. */
  add(): void {
    const { now } = this.#recorder;
    if (now > 0) this.#ids.add(now);
  }

  /** The ids of all of them, each once; afterwards there are none. */
  take(): number[] {
    const ids = [...this.#ids];
    this.#ids.clear();
    return ids;
  }
}
