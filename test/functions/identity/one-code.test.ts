import { afterAll, beforeAll, expect, test } from "vitest";
import { takeCode, takeReadyText } from "../../../functions/identity/limits.ts";
import { type Services, startServices } from "./services.ts";

let services: Services;
beforeAll(async () => {
  services = await startServices({ CODES_PER_HOUR: "1", CODES_PER_DAY: "12" });
});
afterAll(() => services.close());

const log = { warn: () => undefined, error: () => undefined };

test("where half of what the stand may send is none, none is sent about ready orders, and the one is left for who signs in", async () => {
  expect(await takeReadyText()).toBe(false);
  await takeCode("+12025550171", [{ name: "network", wide: false }], log);
});
