import type { Span } from "../../recorder/span.ts";
import { ApiError, get, pathOf } from "./api.ts";

/** Spans that the page keeps; older ones are asked for again. */
const most = 3_000;
/** So long, in ms, after the last change of a question it is asked: it may be typed. */
const pause = 150;

/** What is looked for. */
export interface Question {
  /** As the control API takes it. */
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The same, of what comes. */
  fits(span: Span): boolean;
}

/** What is recorded, live: the newest as they begin and end, and of all that is recorded what is looked for. */
export class Spans {
  /** Oldest first. */
  all = $state.raw<readonly Span[]>([]);
  /** Those that are looked for, however long ago, oldest first. */
  found = $state.raw<readonly Span[]>([]);
  problem = $state<string>();
  /** While it is on nothing new is shown; it waits. */
  paused = $state(false);
  readonly #byId = new Map<number, Span>();
  readonly #found = new Map<number, Span>();
  #question: Question = { query: {}, fits: () => true };
  /** The question as text: what is asked for again is no other. */
  #words: string | undefined;
  /** The id of the newest span that was shown when it was paused. */
  #shown = 0;
  /** The id of the newest span that was cleared away. */
  #cleared = 0;
  /** What was heard while it is asked what came before: of a new start it is all there is. */
  #heard: Span[] | undefined;
  /** Of which start what is here is. */
  #run: string | undefined;
  #drawn = false;
  #asking: ReturnType<typeof setTimeout> | undefined;

  /** Takes what there is and follows; the returned function ends that. */
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

  /** Looks for something, among what is here at once, and then among all that is recorded. While it is paused that is what there was by then. */
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

  /** Shows nothing new from now on. What comes meanwhile is taken in, and older spans are let go for it as ever. */
  pause(): void {
    this.#shown = this.all.at(-1)?.id ?? 0;
    this.paused = true;
  }

  /** Shows what has come since it was paused. */
  resume(): void {
    this.paused = false;
    this.#draw();
  }

  /** Takes all spans off the page, for good; they stay recorded. */
  clear(): void {
    this.#cleared = Math.max(this.#cleared, ...this.#byId.keys(), ...this.#found.keys());
    this.#byId.clear();
    this.#found.clear();
    this.all = [];
    this.found = [];
  }

  /** After a break, or at the start: what came meanwhile, and what became of what went on before it. */
  async #catchUp(): Promise<void> {
    const heard: Span[] = [];
    this.#heard = heard;
    const before = new Set([...this.#byId.values(), ...this.#found.values()].filter(goesOn).map(({ id }) => id));
    try {
      const { spans, run } = await get<{ spans: Span[]; run: string }>(pathOf("/recording/spans", { limit: 1000 }));
      // It has begun anew, and so have the ids.
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

  /** Asks for one that went on when it was heard of last, and is of too long ago to be among the newest. */
  async #lookAt(id: number): Promise<void> {
    if (![this.#byId.get(id), this.#found.get(id)].some((span) => span !== undefined && goesOn(span))) return;
    try {
      this.#take([await get<Span>(`/recording/spans/${id}`)]);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      // What became of it nobody knows any more.
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
    this.#drawSoon();
  }

  /** A page draws once a frame, however much happens. */
  #drawSoon(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      this.#draw();
    });
  }

  #draw(): void {
    // Who has paused keeps no more than who looks on.
    const [all, found] = [sorted(this.#byId), sorted(this.#found)];
    if (this.paused) return;
    this.all = all;
    this.found = found;
  }
}

const goesOn = ({ outcome }: Span): boolean => outcome === "running";

/** What is heard while something is asked for may be newer than its answer: what has ended goes on no more. */
function put(spans: Map<number, Span>, span: Span): void {
  const known = spans.get(span.id);
  if (known === undefined || goesOn(known) || !goesOn(span)) spans.set(span.id, span);
}

/** The newest, oldest first; the others are let go. */
function sorted(spans: Map<number, Span>): Span[] {
  const all = [...spans.values()].sort((a, b) => a.id - b.id);
  for (const { id } of all.splice(0, Math.max(0, all.length - most))) spans.delete(id);
  return all;
}
