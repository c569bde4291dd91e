import type { Locator, Page } from "playwright-core";

/** Drags by a finger, as a touch screen tells of it: from the middle of one thing to that of another, and a little on. */
export async function dragByFinger(page: Page, from: Locator, to: Locator): Promise<void> {
  const finger = await page.context().newCDPSession(page);
  // Both in view, and neither so near an edge that the page begins to scroll by itself.
  const upper = (await from.boundingBox())?.y ?? 0;
  const other = (await to.boundingBox())?.y ?? 0;
  await page.evaluate(`scrollBy({ top: ${Math.min(upper, other) - 160}, behavior: "instant" })`);
  const [begin, end] = [await from.boundingBox(), await to.boundingBox()];
  if (!begin || !end) throw new Error(`${begin ? to : from} is not to be seen`);
  const middle = ({ x, y, width, height }: typeof begin) => ({ x: x + width / 2, y: y + height / 2 });
  const [start, target] = [middle(begin), middle(end)];
  const beyond = { x: target.x, y: target.y + Math.sign(target.y - start.y) * 6 };
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [start] });
  const steps = 8;
  for (let step = 1; step <= steps; step++) {
    const at = (axis: "x" | "y") => start[axis] + ((beyond[axis] - start[axis]) * step) / steps;
    await finger.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: at("x"), y: at("y") }] });
  }
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await finger.detach();
}
