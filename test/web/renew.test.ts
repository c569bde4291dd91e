import { afterEach, beforeEach, expect, test, vi } from "vitest";

// Its types are those of the browser.
const file = "../../web/lib/renew.ts";
const { renewWhenBroken } = (await import(file)) as { renewWhenBroken(): void };

let page: EventTarget;
let answers: boolean;
let reloads: number;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** As Vite does when the script of an import does not come. */
const fails = () => page.dispatchEvent(new Event("vite:preloadError"));

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  [page, answers, reloads] = [new EventTarget(), true, 0];
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("location", { pathname: "/barista", reload: () => reloads++ });
  const opened = Date.now();
  vi.stubGlobal("performance", { now: () => Date.now() - opened });
  vi.stubGlobal("fetch", async (path: string) => {
    expect(path).toBe("/barista");
    if (!answers) throw new TypeError("Failed to fetch");
    return { ok: true };
  });
  renewWhenBroken();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a page of which a file could not be loaded is loaded again, once: the browser would never ask for that file again", async () => {
  await pass(600_000);
  expect(reloads).toBe(0);
  fails();
  fails();
  await pass(2_000);
  expect(reloads).toBe(1);
  // The user may have stayed, because of unsaved changes.
  fails();
  await pass(600_000);
  expect(reloads).toBe(1);
});

test("not before the site answers", async () => {
  answers = false;
  fails();
  await pass(600_000);
  expect(reloads).toBe(0);
  answers = true;
  await pass(30_000);
  expect(reloads).toBe(1);
});

test("a file that stays missing does not make the page load again and again: each time it is open for twenty seconds", async () => {
  fails();
  await pass(19_999);
  expect(reloads).toBe(0);
  await pass(1);
  expect(reloads).toBe(1);
});
