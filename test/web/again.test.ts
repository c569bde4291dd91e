import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { again, script } from "../../web/again.ts";

let page: EventTarget;
let answers: boolean;
let reloads: number;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** An element of the page whose file does not come; browsers tell only who looks on the way down to it. */
function fails(target: object): void {
  const event = new Event("error");
  Object.defineProperty(event, "target", { value: target });
  page.dispatchEvent(event);
}

beforeEach(() => {
  vi.useFakeTimers();
  [page, answers, reloads] = [new EventTarget(), true, 0];
  vi.stubGlobal("addEventListener", (type: string, hear: (event: Event) => void, down: boolean) => {
    expect(down).toBe(true);
    // Node's own looks at the event's real target.
    page.addEventListener(type, hear);
  });
  vi.stubGlobal("document", { readyState: "interactive" });
  vi.stubGlobal("location", { pathname: "/display", reload: () => reloads++ });
  vi.stubGlobal("fetch", async (path: string) => {
    expect(path).toBe("/display");
    if (!answers) throw new TypeError("Failed to fetch");
    return { ok: true };
  });
  // As a page runs it.
  new Function(script)();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test.each([
  ["script", { localName: "script" }],
  ["style sheet", { localName: "link", rel: "stylesheet" }],
])("a page whose %s did not come is loaded again after twenty seconds, once", async (_, file) => {
  fails(file);
  fails(file);
  await pass(19_999);
  expect(reloads).toBe(0);
  await pass(1);
  expect(reloads).toBe(1);
  await pass(600_000);
  expect(reloads).toBe(1);
});

test("not before the site answers", async () => {
  answers = false;
  fails({ localName: "script" });
  await pass(600_000);
  expect(reloads).toBe(0);
  answers = true;
  await pass(20_000);
  expect(reloads).toBe(1);
});

test("neither an icon that is missing nor an error of a script is a reason, nor what is missing later", async () => {
  fails({ localName: "link", rel: "icon" });
  fails({ localName: "img" });
  // The window.
  fails({ document: {} });
  vi.stubGlobal("document", { readyState: "complete" });
  fails({ localName: "link", rel: "stylesheet" });
  await pass(600_000);
  expect(reloads).toBe(0);
});

test("it stands in the page before all that it watches", () => {
  const { order, handler } = again.transformIndexHtml as { order: string; handler: () => unknown };
  expect(order).toBe("post");
  expect(handler()).toEqual([{ tag: "script", children: script, injectTo: "head-prepend" }]);
});
