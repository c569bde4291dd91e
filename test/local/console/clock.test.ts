import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ConsoleAtWork } from "./talks.ts";

let at: ConsoleAtWork;
beforeAll(async () => {
  at = await ConsoleAtWork.open();
});
afterAll(() => at.close());
afterEach(() => expect(at.errors()).toEqual([]));

test.each(["desk", "phone"] as const)(
  "an advance that was begun elsewhere is seen, and stopped here, on a %s",
  async (device) => {
    const { clock, controlUrl } = at.azure;
    const page = await at.page("clock", device);
    await page.getByText("Nothing is under way.").waitFor();
    const stop = page.getByRole("button", { name: "Stop here" });
    expect(await stop.count()).toBe(0);
    // Something falls due each second, for ever.
    let endless = true;
    const tick = () => {
      if (endless) clock.after(1_000, tick);
    };
    tick();
    const before = clock.now();
    const advance = fetch(`${controlUrl}clock/advance?by=3000 d`, { method: "POST" });
    await stop.waitFor();
    await page.getByText("Moving, started elsewhere, and waiting").waitFor();
    // Without the console too.
    expect(await (await fetch(`${controlUrl}plain`)).text()).toContain('data-post="/clock/stop"');
    await at.isOpenToAll(page);
    await stop.click();
    const { now, moving } = (await (await advance).json()) as { now: string; moving: boolean };
    expect([Date.parse(now) < before + 3000 * 86_400_000, moving]).toEqual([true, false]);
    await stop.waitFor({ state: "detached" });
    endless = false;
    expect(await (await fetch(`${controlUrl}plain`)).text()).not.toContain('data-post="/clock/stop"');
  },
);
