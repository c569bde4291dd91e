import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { CDPSession, Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

async function violations(page: Page, options: object): Promise<string[]> {
  const loaded = await page.evaluate<boolean>("typeof axe !== 'undefined'");
  if (!loaded) await page.evaluate(`${axe};undefined`);
  const found = await page.evaluate<Violation[]>(
    `axe.run(document, ${JSON.stringify({ resultTypes: ["violations"], ...options })}).then(({ violations }) => violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`),
  );
}

/**
 * What keeps people from using what a page shows now: each rule of WCAG 2.2 A and AA, and of good practice, that axe finds broken, with where; among them the
 * size of targets, and that what is written on a control is what it is called (2.5.3), which axe asks for when it is told to.
 */
export function barriers(page: Page): Promise<string[]> {
  const asked = ["region", "target-size", "label-content-name-mismatch"];
  // It guesses from how letters join whether they draw an icon, and takes Arabic for that; no icon here is drawn by letters.
  const never = { pixelThreshold: 1e9, occurrenceThreshold: 1e9 };
  return violations(page, {
    rules: Object.fromEntries(asked.map((rule) => [rule, { enabled: true }])),
    checks: { "label-content-name-mismatch": { options: never } },
  });
}

/** What cannot be read where the device is dark, on a page that follows it. Where readers have colours of their own, those hold. */
export async function darkBarriers(page: Page): Promise<string[]> {
  if (await page.evaluate<boolean>("matchMedia('(forced-colors: active)').matches")) return [];
  await page.emulateMedia({ colorScheme: "dark" });
  const found = await violations(page, { runOnly: { type: "rule", values: ["color-contrast"] } });
  await page.emulateMedia({ colorScheme: "light" });
  return found.map((barrier) => `in the dark: ${barrier}`);
}

/** What reaches beyond the side of a page, where there is half the width, as at 200 %, and 320 pixels, as at 400 % (WCAG 1.4.10). */
export async function wideBarriers(page: Page): Promise<string[]> {
  const usual = page.viewportSize();
  if (usual === null) return [];
  const found: string[] = [];
  for (const width of [Math.round(usual.width / 2), 320].filter((narrow) => narrow >= 320 && narrow < usual.width)) {
    await page.setViewportSize({ width, height: usual.height });
    const beyond = await page.evaluate<string[]>(`(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const wide = [...document.body.querySelectorAll("*")].filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 0 && right > clientWidth + 1 && !element.closest(".visually-hidden");
      });
      return [scrollWidth + " in " + clientWidth + ": " + wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 90)).join(" | ")];
    })()`);
    // What a box cuts off makes the page no wider.
    const cut = await page.evaluate<
      string[]
    >(`[...document.body.querySelectorAll("a, button, input, select, textarea")].flatMap((control) => {
      const { left, right, width } = control.getBoundingClientRect();
      if (width <= 1 || !control.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || control.closest(".visually-hidden")) return [];
      for (let box = control.parentElement; box !== null; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box);
        if (overflowX === "auto" || overflowX === "scroll") return [];
        if (overflowX === "visible") continue;
        const room = box.getBoundingClientRect();
        if (left < room.left - 1 || right > room.right + 1) return ["cut off: " + control.outerHTML.slice(0, 120)];
      }
      return [];
    })`);
    found.push(...[...beyond, ...cut].map((what) => `at ${width} px: ${what}`));
  }
  await page.setViewportSize(usual);
  return found;
}

/** What a phone that lies on its side takes of a page: its camera at one end, as much at the other, and the bar at its foot. */
const edges = { left: 59, right: 59, bottom: 21 };
/** One for each page, and kept: with the end of a session the browser forgets what others of the page have set, paper to print on among it. */
const sessions = new WeakMap<Page, CDPSession>();

/**
 * What is written, or to be pressed, where a phone that lies on its side has its camera: Safari shows our pages to the very edge (`viewport-fit=cover`). And
 * what it would zoom into when it is touched twice in a row.
 */
export async function edgeBarriers(page: Page): Promise<string[]> {
  const usual = page.viewportSize();
  if (usual === null) return [];
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  await page.setViewportSize({ width: 844, height: 390 });
  await session.send("Emulation.setSafeAreaInsetsOverride", { insets: edges });
  const found = await page.evaluate<string[]>(`(() => {
    const [left, right] = [${edges.left} - 1, innerWidth - ${edges.right} + 1];
    // What can be scrolled is brought where it can be read.
    const scrolls = (element) => {
      for (let box = element; box !== null && box !== document.body; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box);
        if ((overflowX === "auto" || overflowX === "scroll") && box.scrollWidth > box.clientWidth + 1) return true;
      }
      return false;
    };
    const away = (element, { left: from, right: to, width }) =>
      width <= 1 || (from >= left && to <= right) || element.closest(".visually-hidden, option, script, noscript") !== null ||
      !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || scrolls(element);
    // A name that is too long ends where its box does.
    const cutBy = (element, { left, right }) => {
      for (let box = element; box !== null && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX === "visible") continue;
        const room = box.getBoundingClientRect();
        [left, right] = [Math.max(left, room.left), Math.min(right, room.right)];
      }
      return { left, right, width: right - left };
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.data.trim() === "") continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      if (!away(node.parentElement, cutBy(node.parentElement, range.getBoundingClientRect()))) found.push(node.data.trim());
    }
    for (const control of document.body.querySelectorAll("button, input, select, textarea"))
      if (!away(control, control.getBoundingClientRect())) found.push(control.outerHTML.slice(0, 90));
    for (const control of document.body.querySelectorAll("a, button, label, select, summary"))
      if (getComputedStyle(control).touchAction === "auto") found.push("zooms at a second touch: " + control.outerHTML.slice(0, 90));
    return found;
  })()`);
  await session.send("Emulation.setSafeAreaInsetsOverride", { insets: {} });
  await page.setViewportSize(usual);
  return found.map((what) => `on a phone on its side: ${what}`);
}

/** What lies over the middle of what the Tab key leads to, all the way through a page (WCAG 2.4.11). */
export async function covered(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate("document.activeElement.blur(); globalThis.ledTo = new Set();");
  for (let more = true; more; ) {
    await page.keyboard.press("Tab");
    const led = await page.evaluate<{ again: boolean; by?: string }>(`(() => {
      const active = document.activeElement;
      const again = ledTo.has(active);
      ledTo.add(active);
      if (again || active === document.body) return { again };
      // A field that is drawn by its label is where that is.
      const small = active.getBoundingClientRect().width <= 1;
      const seen = small ? active.closest("label") : active;
      const { left, top, width, height } = seen.getBoundingClientRect();
      const over = document.elementFromPoint(left + width / 2, top + height / 2);
      const there = over !== null && (seen.contains(over) || over.closest("label")?.contains(active));
      return there ? { again } : { again, by: active.outerHTML.slice(0, 120) + " lies under " + (over?.outerHTML.slice(0, 80) ?? "an edge") };
    })()`);
    if (led.by !== undefined) found.push(led.by);
    more = !led.again;
  }
  return found;
}

/** What holds the page's heading, up to the body, and takes clicks: readers say of all in it that it is clickable. */
export async function clickable(page: Page): Promise<string[]> {
  await page.locator("h1").first().waitFor();
  const cdp = await page.context().newCDPSession(page);
  const { result } = await cdp.send("Runtime.evaluate", {
    expression: `(() => {
      const all = [];
      for (let at = document.querySelector("h1"); at !== null; at = at.parentElement) all.push(at);
      return all;
    })()`,
  });
  const held = await cdp.send("Runtime.getProperties", { objectId: result.objectId ?? "", ownProperties: true });
  const found: string[] = [];
  for (const { value } of held.result) {
    if (value?.subtype !== "node" || value.objectId === undefined) continue;
    const { listeners } = await cdp.send("DOMDebugger.getEventListeners", { objectId: value.objectId });
    if (listeners.some(({ type }) => type === "click")) found.push(value.description ?? "");
  }
  await cdp.detach();
  return found;
}
