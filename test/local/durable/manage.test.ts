import { expect, test } from "vitest";
import { createDurableEngine } from "../../../local/durable/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { silentLog } from "../../../local/kernel/log.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";

const noon = Date.parse("2026-06-15T12:00:00Z");

test("a hundred thousand instances are narrowed and paged through, those that were started last first", () => {
  const clock = new ServiceClock({ heldAt: noon });
  const store = openMemoryStore();
  // As they lie in the store after a long run.
  void store.commit(
    Array.from({ length: 100_000 }, (_, n) => {
      const id = `i${String(n).padStart(5, "0")}`;
      const status = n % 10 === 0 ? "Failed" : "Completed";
      const times = { created: noon + n, updated: noon + n, clock: noon + n };
      const value = {
        id,
        name: n % 2 ? "odd" : "even",
        version: null,
        executionId: id,
        generation: 0,
        status,
        ...times,
      };
      return {
        table: "durable/TestHubName/instances",
        key: id,
        value: { ...value, next: 0, pages: 0, open: 0, waits: 0 },
      };
    }),
  );
  const parts = { clock, store, work: new Work(), recorder: new Recorder(clock), ids: secureIds, log: silentLog };
  const { manage } = createDurableEngine(parts);
  expect(manage.counts()).toEqual({ Failed: 10_000, Completed: 90_000 });
  const page = manage.list({ statuses: new Set(["Failed"]), name: "EVEN" }, 50, 2);
  expect(page.total).toBe(10_000);
  expect(page.rows.map(({ id }) => id)).toEqual(["i99490", "i99480"]);
  expect(manage.list({ createdFrom: noon + 99_998 }, 0, 10).rows.map(({ id }) => id)).toEqual(["i99999", "i99998"]);
  expect(manage.list({ prefix: "i0000", stuck: true }, 0, 10)).toEqual({ rows: [], total: 0 });
  expect(manage.list({}, 99_999, 10).rows.map(({ id }) => id)).toEqual(["i00000"]);
});
