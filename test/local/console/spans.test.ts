import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withRunes } from "../../web/runes.ts";

interface Span {
  id: number;
  outcome: string;
}
interface Spans {
  all: readonly Span[];
  follow(): () => void;
  ask(question: { query: object; fits(span: Span): boolean }): void;
}

let draw: (() => void)[];
let stream: { onmessage?: (event: { data: string }) => void };
beforeEach(() => {
  draw = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => draw.push(frame));
  vi.stubGlobal(
    "EventSource",
    class {
      constructor() {
        stream = this as typeof stream;
      }
      close(): void {}
    },
  );
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
});
afterEach(() => vi.unstubAllGlobals());

const following = async () => {
  const { Spans } = await withRunes<{ Spans: new () => Spans }>("../../local/console/lib/spans.svelte.ts");
  const spans = new Spans();
  const leave = spans.follow();
  let last = 0;
  const hear = (many: number) => {
    const heard = Array.from({ length: many }, () => ({ id: ++last, outcome: "ok" }));
    stream.onmessage?.({ data: JSON.stringify(heard) });
  };
  return { spans, leave, hear };
};

test("a page that is hidden for hours, where nothing is drawn, keeps no more spans than one that is seen", async () => {
  const { spans, leave, hear } = await following();
  for (let batch = 0; batch < 400; batch++) hear(100);
  let kept = 0;
  spans.ask({ query: { text: "anything" }, fits: () => ++kept > 0 });
  leave();
  expect(kept).toBeLessThan(7_000);
  for (const frame of draw) frame();
  expect(spans.all.map(({ id }) => id)).toEqual(Array.from({ length: 3_000 }, (_, at) => 37_001 + at));
});
