import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { takeCode, takeReadyText } from "../../../functions/identity/limits.ts";
import { type Services, startServices } from "./services.ts";

let services: Services;
beforeAll(async () => {
  services = await startServices({ CODES_PER_HOUR: "6", CODES_PER_DAY: "12" });
});
afterAll(async () => {
  vi.useRealTimers();
  await services.close();
});

const log = { warn: () => undefined, error: () => undefined };
const signIn = (n: number) => takeCode(`+1202555017${n}`, [{ name: `network ${n}`, wide: false }], log);

test("messages about ready orders take no more than half of what the stand may send, so that people can still sign in", async () => {
  await signIn(0);
  expect([await takeReadyText(), await takeReadyText(), await takeReadyText()]).toEqual([true, true, false]);
  for (const n of [1, 2, 3]) await signIn(n);
  await expect(signIn(4)).rejects.toMatchObject({ problem: { code: "codes-used-up" } });
  expect(await takeReadyText()).toBe(false);
});

test("one that the day has no room for takes nothing of the hour", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60 * 60_000 + 1_000 });
  for (let n = 0; n < 3; n++) expect(await takeReadyText()).toBe(false);
  for (const n of [5, 6, 7, 8, 9]) await signIn(n);
  await takeCode("+12025550180", [{ name: "network 0", wide: false }], log);
});
