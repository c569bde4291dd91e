import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLogStore } from "../../../local/store/log-store.ts";
import type { Change, Store } from "../../../local/store/store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crema-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contents = (store: Store) =>
  Object.fromEntries(store.tables().map((name) => [name, Object.fromEntries(store.table(name))]));

test("what was committed is there after opening again", async () => {
  const store = await openLogStore(folder);
  await store.commit([
    { table: "a", key: "1", value: { text: "grüße\n" } },
    { table: "b", key: "1", value: null },
  ]);
  await store.commit([
    { table: "a", key: "1", value: undefined },
    { table: "a", key: "2", value: 7 },
  ]);
  await store.close();
  const again = await openLogStore(folder);
  expect(contents(again)).toEqual({ a: { "2": 7 }, b: { "1": null } });
  await again.close();
});

test("any sequence of commits gives the same records before and after opening again", async () => {
  const change = fc.record({
    table: fc.constantFrom("t", "u"),
    key: fc.constantFrom("a", "b", "c"),
    value: fc.oneof(fc.constant(undefined), fc.jsonValue()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 10 }), async (commits) => {
      const place = mkdtempSync(join(folder, "p-"));
      const store = await openLogStore(place);
      await Promise.all(commits.map((changes) => store.commit(changes as Change[])));
      const before = JSON.stringify(contents(store));
      await store.close();
      const again = await openLogStore(place);
      expect(JSON.stringify(contents(again))).toBe(JSON.stringify(JSON.parse(before)));
      await again.close();
    }),
    { numRuns: 30 },
  );
});

describe("after a crash", () => {
  test("a torn last line is cut off and the rest kept", async () => {
    const store = await openLogStore(folder);
    await store.commit([{ table: "t", key: "1", value: 1 }]);
    await store.close();
    const good = statSync(join(folder, "store.log")).size;
    appendFileSync(join(folder, "store.log"), '0000abcd [["t","1",2');
    const again = await openLogStore(folder);
    expect(again.table("t").get("1")).toBe(1);
    expect(statSync(join(folder, "store.log")).size).toBe(good);
    await again.commit([{ table: "t", key: "1", value: 3 }]);
    await again.close();
  });

  test("damage before the last line is reported, not skipped", async () => {
    const store = await openLogStore(folder);
    await store.commit([{ table: "t", key: "1", value: 1 }]);
    await store.commit([{ table: "t", key: "2", value: 1 }]);
    await store.close();
    const path = join(folder, "store.log");
    writeFileSync(path, readFileSync(path, "utf8").replace('"1",1', '"1",9'));
    await expect(openLogStore(folder)).rejects.toThrow(/damaged in line 1/);
  });

  test("everything acknowledged before a kill is there, and commits are whole", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "write-for-ever.ts"), folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    let acknowledged = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged >= 500) child.kill("SIGKILL");
    }
    await ended;
    const store = await openLogStore(folder);
    const left = [...store.table<number>("left").values()];
    const right = [...store.table<number>("right").values()];
    expect(left.length).toBeGreaterThan(acknowledged);
    expect(right).toEqual(left);
    await store.close();
  });
});

test("a folder is open in one process only, and its lock says whose it is", async () => {
  const store = await openLogStore(folder);
  await expect(openLogStore(folder)).rejects.toThrow(String(process.pid));
  await store.close();
  await (await openLogStore(folder)).close();
});

test("a log that is mostly overwritten records is rewritten at opening", async () => {
  const store = await openLogStore(folder);
  for (let round = 0; round < 110; round++) {
    void store.commit(Array.from({ length: 100 }, (_, i) => ({ table: "t", key: String(i), value: { round, i } })));
  }
  await store.close();
  const before = statSync(join(folder, "store.log")).size;
  const again = await openLogStore(folder);
  expect(again.table("t").get("99")).toEqual({ round: 109, i: 99 });
  expect(statSync(join(folder, "store.log")).size).toBeLessThan(before / 20);
  await again.close();
  expect((await openLogStore(folder)).table("t").size).toBe(100);
});
