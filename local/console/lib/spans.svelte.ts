import type { Span } from "../../recorder/span.ts";
import { ApiError, get, pathOf } from "./api.ts";

/** The maximum number of spans on the page; older ones are requested again. */
const most = 3_000;
/** The delay after the last change of a query before it is sent, in ms, because it may be typed. */
const pause = 150;

/** A search. */
export interface Question {
  /** The query for the control API. */
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The same condition, for live spans. */
  fits(span: Span): boolean;
}

/** The recorded spans, live: the newest as they begin and end, and those that match a search. */
export class Spans {
  /** Oldest first. */
  all = $state.raw<readonly Span[]>([]);
  /** The matches of the search, of any age, oldest first. */
  found = $state.raw<readonly Span[]>([]);
  problem = $state<string>();
  /** While it is set nothing new is shown. */
  paused = $state(false);
  readonly #byId = new Map<number, Span>();
  readonly #found = new Map<number, Span>();
  #question: Question = { query: {}, fits: () => true };
  /** The search as text, to recognize a repeated one. */
  #words: string | undefined;
  /** The id of the newest span that was visible when it was paused. */
  #shown = 0;
  /** The id of the newest span that was cleared. */
  #cleared = 0;
  /** Live spans that arrive while earlier ones are requested. After a restart they are all there is. */
  #heard: Span[] | undefined;
  /** The start that the spans belong to. */
  #run: string | undefined;
  #drawn = false;
  #asking: ReturnType<typeof setTimeout> | undefined;

  /** Loads the spans and follows the live ones until the returned function is called. */
  follow(): () => void {
    const events = new EventSource("/recording/live");
    events.onopen = () => void this.#catchUp();
    events.onmessage = ({ data }) => {
      const spans = JSON.parse(String(data)) as Span[];
      this.#heard?.push(...spans);
      this.#take(spans);
    };
    events.onerror = () => {
      this.problem = "The local Azure does not answer. It may have been stopped.";
    };
    return () => {
      events.close();
      clearTimeout(this.#asking);
    };
  }

  /** Searches, first among the loaded spans, then in the whole recording. While paused, only what existed then is shown. */
  ask(question: Question): void {
    const words = JSON.stringify(question.query);
    if (words === this.#words) return;
    this.#words = words;
    this.#question = question;
    this.#found.clear();
    for (const span of this.#byId.values()) if (question.fits(span)) this.#found.set(span.id, span);
    this.found = this.#foundNow();
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => void this.#lookBack(), pause);
  }

  /** Shows nothing new from now on. New spans are still received, and older ones dropped as usual. */
  pause(): void {
    this.#shown = this.all.at(-1)?.id ?? 0;
    this.paused = true;
  }

  /** Shows what has come since it was paused. */
  resume(): void {
    this.paused = false;
    this.#draw();
  }

  /** Removes all spans from the page permanently; they stay recorded. */
  clear(): void {
    this.#cleared = Math.max(this.#cleared, ...this.#byId.keys(), ...this.#found.keys());
    this.#byId.clear();
    this.#found.clear();
    this.all = [];
    this.found = [];
  }

  /** After a disconnect, or at the start: loads the spans since then, and the outcome of those that were running. */
  async #catchUp(): Promise<void> {
    const heard: Span[] = [];
    this.#heard = heard;
    const before = new Set([...this.#byId.values(), ...this.#found.values()].filter(goesOn).map(({ id }) => id));
    try {
      const { spans, run } = await get<{ spans: Span[]; run: string }>(pathOf("/recording/spans", { limit: 1000 }));
      // The local Azure was restarted, so ids start again.
      if (this.#run !== undefined && this.#run !== run) {
        this.clear();
        before.clear();
        this.#cleared = 0;
        this.#shown = 0;
      }
      this.#run = run;
      this.problem = undefined;
      this.#take(spans);
      this.#take(heard);
      await this.#lookBack();
      for (const span of spans) before.delete(span.id);
      for (const id of before) await this.#lookAt(id);
    } catch (error) {
      this.problem = (error as Error).message;
    } finally {
      if (this.#heard === heard) this.#heard = undefined;
    }
  }

  /** Requests a span that was running and is too old to be among the newest. */
  async #lookAt(id: number): Promise<void> {
    if (![this.#byId.get(id), this.#found.get(id)].some((span) => span !== undefined && goesOn(span))) return;
    try {
      this.#take([await get<Span>(`/recording/spans/${id}`)]);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      // Its outcome is no longer recorded.
      this.#byId.delete(id);
      this.#found.delete(id);
      this.#drawSoon();
    }
  }

  async #lookBack(): Promise<void> {
    const question = this.#question;
    try {
      const { spans } = await get<{ spans: Span[] }>(pathOf("/recording/spans", { ...question.query, limit: 1000 }));
      if (question !== this.#question) return;
      for (const span of spans) if (span.id > this.#cleared) put(this.#found, span);
      if (this.paused) this.found = this.#foundNow();
      else this.#drawSoon();
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  #foundNow(): readonly Span[] {
    const found = sorted(this.#found);
    return this.paused ? found.filter(({ id }) => id <= this.#shown) : found;
  }

  #take(spans: readonly Span[]): void {
    for (const span of spans) {
      if (span.id <= this.#cleared) continue;
      put(this.#byId, span);
      if (this.#question.fits(span)) put(this.#found, span);
    }
    // A browser draws nothing of a hidden page, which receives all the same.
    for (const kept of [this.#byId, this.#found]) if (kept.size > 2 * most) sorted(kept);
    this.#drawSoon();
  }

  /** Draws at most once per frame. */
  #drawSoon(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      this.#draw();
    });
  }

  #draw(): void {
    // A paused page keeps no more spans than others.
    const [all, found] = [sorted(this.#byId), sorted(this.#found)];
    if (this.paused) return;
    this.all = all;
    this.found = found;
  }
}

const goesOn = ({ outcome }: Span): boolean => outcome === "running";

/** A live span may be newer than a response: a span that has ended does not run again. */
function put(spans: Map<number, Span>, span: Span): void {
  const known = spans.get(span.id);
  if (known === undefined || goesOn(known) || !goesOn(span)) spans.set(span.id, span);
}

/** The newest spans, oldest first; the others are dropped. */
function sorted(spans: Map<number, Span>): Span[] {
  const all = [...spans.values()].sort((a, b) => a.id - b.id);
  for (const { id } of all.splice(0, Math.max(0, all.length - most))) spans.delete(id);
  return all;
}
