import type { Page } from "playwright-core";

/**
 * Texts that a page has no room for, each with what is too small. Each text's own box is measured: it is cut off where it reaches out of an element
 * that clips it, out of the control that it names, or out of the page where nothing scrolls there. What only screen readers hear, and what is put
 * away as a whole, is left out. Runs in the page.
 */
export const measure = `(() => {
  // A ticket on its way to its place is nowhere yet, and whether it has come there is for the machine to decide.
  for (const motion of document.getAnimations())
    if (Number.isFinite(motion.effect?.getComputedTiming().endTime)) motion.finish();
  const found = [];
  const page = document.documentElement;
  const within = 1.5;
  if (page.scrollWidth > page.clientWidth) found.push("the page: " + page.scrollWidth + " in " + page.clientWidth);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.data.trim();
    const own = node.parentElement;
    if (text === "" || own.closest(".visually-hidden, option, script, noscript") !== null) continue;
    if (!own.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    let scrolls = false;
    let hidden = box.width === 0;
    let small;
    for (let element = own; element !== page && !hidden && small === undefined; element = element.parentElement) {
      const style = getComputedStyle(element);
      if (style.display === "inline" || style.display === "contents") continue;
      const room = element.getBoundingClientRect();
      const clips = style.overflowX !== "visible" || style.clipPath !== "none";
      const control = element.matches("button, a, select, dialog, .pill");
      scrolls ||= ["auto", "scroll"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      hidden = clips && (room.width <= 1 || box.top >= room.bottom - 1 || box.bottom <= room.top + 1);
      const wide = Math.max(room.left - box.left, box.right - room.right) > within;
      const high = style.overflowY === "hidden" && Math.max(room.top - box.top, box.bottom - room.bottom) > 4;
      if (!hidden && (((clips || control) && !scrolls && wide) || high)) small = element;
      if (element.tagName === "DIALOG") break;
    }
    if (hidden) continue;
    if (small !== undefined) found.push(text + ": in " + small.tagName.toLowerCase() + "." + small.className);
    else if (!scrolls && (box.left < -within || box.right > page.clientWidth + within)) found.push(text + ": out of the page");
  }
  return found;
})()`;

export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(measure);
}
