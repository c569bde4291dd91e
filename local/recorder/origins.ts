import type { Recorder } from "./recorder.ts";

/** For how many commits the spans are known: a reader of the change feed is rarely further behind. */
const most = 4096;

/** The spans of a container's latest commits, in a ring buffer without allocations. */
export class Origins {
  readonly #recorder: Recorder;
  /** Commit numbers, each at its remainder, and the span of each; empty until something is recorded. */
  #commits = new Float64Array(0);
  #spans = new Float64Array(0);

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Records that a commit was caused by the span with this id. */
  note(commit: number, span: number): void {
    if (this.#commits.length === 0) {
      this.#commits = new Float64Array(most);
      this.#spans = new Float64Array(most);
    }
    const place = commit % most;
    this.#commits[place] = commit;
    this.#spans[place] = span;
  }

  /** The ids of the spans of some commits, each once, as far as they are known and kept. */
  of(commits: Iterable<number>): number[] {
    const spans = new Set<number>();
    for (const commit of commits) {
      const place = commit % most;
      const span = this.#commits[place] === commit ? (this.#spans[place] ?? 0) : 0;
      if (this.#recorder.keeps(span)) spans.add(span);
    }
    return [...spans];
  }
}
