import { afterAll, beforeAll, expect, test } from "vitest";
import { takeCode, takeReadyText } from "../../../functions/identity/limits.ts";
import { type Services, startServices } from "./services.ts";

let services: Services;
beforeAll(async () => {
  services = await startServices({ CODES_PER_HOUR: "6", CODES_PER_DAY: "100" });
});
afterAll(() => services.close());

const log = { warn: () => undefined, error: () => undefined };
const signIn = (n: number) => takeCode(`+1202555017${n}`, [{ name: `network ${n}`, wide: false }], log);

test("messages about ready orders take no more than half of what the stand may send, so that people can still sign in", async () => {
  await signIn(0);
  expect([await takeReadyText(), await takeReadyText(), await takeReadyText()]).toEqual([true, true, false]);
  for (const n of [1, 2, 3]) await signIn(n);
  await expect(signIn(4)).rejects.toMatchObject({ problem: { code: "codes-used-up" } });
  expect(await takeReadyText()).toBe(false);
});
