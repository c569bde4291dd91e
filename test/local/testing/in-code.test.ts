import { join } from "node:path";
import { expect, test } from "vitest";
import { readApplication } from "../../../local/application.ts";
import { startLocalAzure } from "../../../local/index.ts";

const folder = join(import.meta.dirname, "../../../local/examples/talks");

test("an application is read and started in a process of one's own, as docs/local-azure.md shows", async () => {
  const azure = await startLocalAzure({ ...readApplication(folder), heldAt: Date.parse("2026-06-15T09:00:00Z") });
  azure.faults.add({ service: "functions", harm: "refuse", times: 1 });
  const refused = await fetch(`${azure.functions?.origin}/api/tally`);
  await azure.advance("3 d");
  const then = azure.clock.now();
  await azure.stop();

  expect(refused.status).toBe(503);
  expect(new Date(then).toISOString()).toBe("2026-06-18T09:00:00.000Z");
});
