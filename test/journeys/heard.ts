import type { Page } from "playwright-core";

/**
 * Notes what screen readers speak by themselves: a text that comes into a region that is live, or another one in its place. What comes together with its
 * region counts where that is an alert, or where it is a screen of its own; for any other, some readers say nothing. And how far what is called a progress bar has
 * come: Orca says that every few seconds. Runs in the page, before its own script.
 */
const listen = `(() => {
  globalThis.heard = [];
  const live = "[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]";
  const silent = (node) =>
    node.getAttribute("aria-hidden") === "true" || node.getAttribute("aria-live") === "off" || getComputedStyle(node).display === "none";
  const textOf = (node) =>
    node.nodeType === Node.TEXT_NODE ? node.data : node.nodeType !== Node.ELEMENT_NODE || silent(node) ? "" : [...node.childNodes].map(textOf).join(" ");
  let before = new Map();
  const look = () => {
    const now = new Map();
    for (const region of document.querySelectorAll(live)) {
      if (region.getClientRects().length === 0) continue;
      const text = textOf(region);
      now.set(region, text);
      const said = text.replace(/ +/g, " ").trim();
      const was = before.get(region);
      if (said !== "" && was !== text && (was !== undefined || region.matches("[role=alert], .news"))) heard.push(said);
    }
    for (const bar of document.querySelectorAll("[role=progressbar], progress")) {
      const value = bar.getAttribute("aria-valuenow") ?? bar.value;
      now.set(bar, value);
      if (before.has(bar) && before.get(bar) !== value) heard.push(value + " %");
    }
    before = now;
  };
  const all = { subtree: true, childList: true, characterData: true, attributes: true };
  document.addEventListener("DOMContentLoaded", () => new MutationObserver(look).observe(document, all));
})()`;

export const listening = (page: Page): Promise<unknown> => page.addInitScript(listen);

/** What was spoken since it was asked last. */
export const heard = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>("heard.splice(0).map((said) => said.trim())");
