import { afterEach, beforeEach, expect, test, vi } from "vitest";

// Its types are those of the browser.
const file = "../../web/lib/staff/when-back.ts";
const { whenBack } = (await import(file)) as {
  whenBack(look: () => Promise<unknown>, back: () => void): () => void;
};

let page: EventTarget;
let works: boolean;
let looks: number;
let back: number;
const look = async () => {
  looks++;
  if (!works) throw new Error("no answer");
};
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  [works, looks, back] = [false, 0, 0];
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a screen that nobody presses a button of begins by itself, once, when the site answers", async () => {
  whenBack(look, () => back++);
  await pass(4 * 60_000);
  // At 5, 15, 35 and 65 seconds, and each half minute from then on.
  expect([looks, back]).toEqual([9, 0]);
  works = true;
  await pass(30_000);
  expect([looks, back]).toEqual([10, 1]);
  page.dispatchEvent(new Event("online"));
  await pass(600_000);
  expect([looks, back]).toEqual([10, 1]);
});

test("and at once when there is a network again; not when somebody was faster", async () => {
  whenBack(look, () => back++);
  await pass(60_000);
  works = true;
  page.dispatchEvent(new Event("online"));
  await pass(0);
  expect(back).toBe(1);

  const end = whenBack(look, () => back++);
  page.dispatchEvent(new Event("online"));
  end();
  await pass(600_000);
  expect(back).toBe(1);
});
