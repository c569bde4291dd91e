import { afterEach, expect, test, vi } from "vitest";
import type { ContainerName } from "../../../functions/platform/clients.ts";
import { type Core, coreResources } from "../../../infra/extensions.ts";
import { type Services, startServices } from "../identity/services.ts";

const declared = coreResources<Core>().cosmos.containers.map(({ id }) => id);
const errors: unknown[] = [];
const log = { error: (...args: unknown[]) => void errors.push(...args) };
let services: Services | undefined;
afterEach(async () => {
  await services?.close();
  services = undefined;
  vi.resetModules();
});

/** The settings are read once a process, so each test takes the modules anew. */
const health = async () => (await import("../../../functions/health/check.ts")).checkHealth(log);

test("with its settings and containers the service is healthy", async () => {
  services = await startServices();
  expect(await health()).toMatchObject({ status: "healthy", parts: { settings: { ok: true }, cosmos: { ok: true } } });
});

test.each(declared)("the container %s missing makes it unhealthy", async (missing) => {
  services = await startServices();
  await services.container(missing as ContainerName).delete();
  expect(await health()).toMatchObject({
    status: "unhealthy",
    parts: { settings: { ok: true }, cosmos: { ok: false } },
  });
});

test("a wrong setting makes it unhealthy; the log names it, the caller learns no value", async () => {
  services = await startServices({ SMS_FROM: "not a number: s3cret" });
  const answer = await health();
  expect(answer).toMatchObject({ status: "unhealthy", parts: { settings: { ok: false } } });
  expect(JSON.stringify(answer)).not.toContain("s3cret");
  expect(String(errors)).toContain("SMS_FROM");
});
