import type { Span } from "../../recorder/span.ts";
import { get, pathOf } from "./api.ts";

/** Spans that the page keeps; older ones are asked for again. */
const most = 3_000;

/** What is recorded, live: the newest as they begin and end. */
export class Spans {
  /** Oldest first. */
  all = $state.raw<readonly Span[]>([]);
  problem = $state<string>();
  /** While it is on nothing new is shown; it waits. */
  paused = $state(false);
  readonly #byId = new Map<number, Span>();
  #drawn = false;

  /** Takes what there is and follows; the returned function ends that. */
  follow(): () => void {
    const events = new EventSource("/recording/live");
    events.onopen = () => void this.#catchUp();
    events.onmessage = ({ data }) => this.#take(JSON.parse(String(data)) as Span[]);
    events.onerror = () => {
      this.problem = "The local Azure does not answer. It may have been stopped.";
    };
    return () => events.close();
  }

  resume(): void {
    this.paused = false;
    this.#draw();
  }

  clear(): void {
    this.#byId.clear();
    this.#draw();
  }

  /** After a break, or at the start: what came meanwhile. */
  async #catchUp(): Promise<void> {
    try {
      const { spans, newest } = await get<{ spans: Span[]; newest: number }>(
        pathOf("/recording/spans", { limit: 1000 }),
      );
      // It has begun anew, and so have the ids.
      if ([...this.#byId.keys()].some((id) => id > newest)) this.#byId.clear();
      this.problem = undefined;
      this.#take(spans);
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  #take(spans: readonly Span[]): void {
    for (const span of spans) this.#byId.set(span.id, span);
    // A page draws once a frame, however much happens.
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      if (!this.paused) this.#draw();
    });
  }

  #draw(): void {
    const sorted = [...this.#byId.values()].sort((a, b) => a.id - b.id);
    for (const { id } of sorted.splice(0, Math.max(0, sorted.length - most))) this.#byId.delete(id);
    this.all = sorted;
  }
}
