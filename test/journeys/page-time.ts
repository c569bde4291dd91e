import type { Page } from "playwright-core";

/**
 * Stops the time of a page whose clock is installed, some seconds on: what it shows from now on for so long only stays until `page.clock.resume()`, however
 * busy the machine is.
 */
export async function stopTime(page: Page): Promise<void> {
  await page.clock.pauseAt((await page.evaluate<number>("Date.now()")) + 15_000);
}
