import type { Locator } from "playwright-core";

/** What of something else lies over the middle of a control, so that it cannot be pressed; nothing where it can. */
export function inTheWay(control: Locator): Promise<string> {
  return control.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const uppermost = element.ownerDocument.elementFromPoint(left + width / 2, top + height / 2);
    return element.contains(uppermost) ? "" : (uppermost?.outerHTML ?? "it is not on the screen");
  });
}
