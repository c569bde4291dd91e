import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { barista as german } from "../../../web/lib/strings/de/barista.ts";
import { begin, change } from "../../../web/lib/texts.ts";
import { PageGlobals, withRunes } from "../runes.ts";

// Nothing is drawn, so nothing is printed.
vi.mock("../../../web/barista/LabelSheet.svelte", () => ({ default: undefined }));

interface Bar {
  toasts: { list: { text: string }[] };
  switches: { setOpen(open: boolean): Promise<void> };
}
const { Bar } = await withRunes<{ Bar: new (app: object) => Bar }>("../barista/bar.svelte.ts");

beforeEach(() => {
  vi.useFakeTimers();
  for (const [name, value] of Object.entries(new PageGlobals().all)) vi.stubGlobal(name, value);
});
afterEach(async () => {
  vi.clearAllTimers();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  await begin({ language: "en" });
});

test("a switch that takes long says so in the language that is spoken by then, not in the one that the bar began with", async () => {
  const api = { inStore: async () => undefined };
  const bar = new Bar({ api, store: "main", clock: { now: 0 }, session: {}, snapshot: { page: undefined } });
  await bar.switches.setOpen(false);
  await change({ language: "de" });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(bar.toasts.list.map(({ text }) => text)).toEqual([german.slowSwitch]);
});
