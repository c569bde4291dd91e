import type { Recorder } from "./recorder.ts";

/** Of so many commits it is known: a reader of the change feed is rarely so far behind. */
const most = 4096;

/** From which spans the latest commits of a container come. Each is written over the oldest one: nothing is made new for it. */
export class Origins {
  readonly #recorder: Recorder;
  /** Numbers of commits, each at its remainder, and the span of each; none until something is recorded. */
  #commits = new Float64Array(0);
  #spans = new Float64Array(0);

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Commit number `commit` comes from the span with this id. */
  note(commit: number, span: number): void {
    if (this.#commits.length === 0) {
      this.#commits = new Float64Array(most);
      this.#spans = new Float64Array(most);
    }
    const place = commit % most;
    this.#commits[place] = commit;
    this.#spans[place] = span;
  }

  /** The ids of the spans that some commits come from, each once, as far as they are known and kept. */
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
