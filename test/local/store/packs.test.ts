import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eachParsedHead } from "../../../local/store/heads.ts";
import { type LogStore, openLogStore } from "../../../local/store/log-store.ts";
import type { Change, Store, Table } from "../../../local/store/store.ts";
import { Tables } from "../../../local/store/tables.ts";
import before from "./folder-before.json" with { type: "json" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crema-packs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** All there is, in order. */
const contents = (store: Pick<Store, "tables" | "table">) =>
  store
    .tables()
    .sort()
    .map((name) => [name, [...store.table(name)], [...store.table(name).keys()], store.table(name).size]);

const sizeOf = (place: string) =>
  readdirSync(place)
    .filter((name) => /\.(pack|new|log)$/.test(name))
    .reduce((sum, name) => sum + (statSync(join(place, name), { throwIfNoEntry: false })?.size ?? 0), 0);

function headsOf<T, H>(table: Table<T>, form: string, of: (value: T) => H): [string, H][] {
  const all: [string, H][] = [];
  eachParsedHead(
    table,
    () => form,
    of,
    (...head) => all.push(head),
  );
  return all;
}

const inMemory = (tables: Tables) => ({
  tables: () => tables.names(),
  table: <T>(name: string) => tables.table<T>(name),
});

test("what a log had that has grown long is compressed without waiting for neighbours, and with it what was kept before", async () => {
  const store = await openLogStore(folder, { checkpointAt: 64 * 1024 * 1024 });
  const commit = (n: number) =>
    store.commit([{ table: "t", key: String(n), value: { n, text: "a".repeat(1_000_000) } }]);
  await commit(0);
  await store.checkpoint();
  const light = sizeOf(folder);
  expect(light).toBeGreaterThan(1_000_000);
  for (let n = 1; n <= 34; n++) await commit(n);
  await store.checkpoint();
  const before = contents(store);
  await store.close();
  expect(sizeOf(folder)).toBeLessThan(light);
  const again = await openLogStore(folder);
  expect(contents(again)).toEqual(before);
  await again.close();
});

test("whatever is changed, taken out of memory and opened again, there is what a map would have, in its order", async () => {
  const uuid = "6037e10d-2506-4958-b248-211dc09ff9dd";
  const keys = ["a", "b", "ключ", "d".repeat(300), "\ud800", "\udfff", uuid, `0/${uuid}`];
  const key = fc.constantFrom(...keys);
  const change = fc.record({
    table: fc.constantFrom("t", "u"),
    key,
    value: fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.string({ minLength: 3000, maxLength: 3000 })),
  });
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: fc.constantFrom("checkpoint" as const, "a checkpoint beside" as const, "open" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
      const place = mkdtempSync(join(folder, "p-"));
      const model = new Tables();
      let store = await openLogStore(place);
      let beside: Promise<unknown> = Promise.resolve();
      const headOf = (value: unknown) => [typeof value];
      const check = () => {
        expect(contents(store)).toEqual(contents(inMemory(model)));
        for (const name of ["t", "u"]) {
          const heads = (from: Pick<Store, "table">) => headsOf(from.table(name), "type", headOf).sort();
          expect(heads(store)).toEqual(heads(inMemory(model)));
          for (const known of keys) expect(store.table(name).get(known)).toEqual(model.table(name).get(known));
        }
      };
      for (const each of steps) {
        if (each === "checkpoint") await store.checkpoint();
        else if (each === "a checkpoint beside") beside = store.checkpoint().catch(() => undefined);
        else if (each === "open") {
          await store.close();
          await beside;
          store = await openLogStore(place);
        } else {
          const changes = JSON.parse(JSON.stringify(each)) as Change[];
          model.apply(changes);
          void store.commit(changes);
        }
        check();
      }
      await beside;
      check();
      await store.close();
    }),
    { numRuns: 25 },
  );
});

/** What is to be there after `n` commits of `commitOf`. */
function stateAt(n: number): Tables {
  const tables = new Tables();
  for (let each = 1; each <= n; each++) tables.apply(commitOf(each));
  return tables;
}

const commitOf = (n: number): Change[] => [
  { table: "last", key: "n", value: n },
  { table: "kept", key: `k${n % 37}`, value: { n, text: `${n} `.repeat(20) } },
  { table: "passing", key: String(n), value: { n } },
  { table: "passing", key: String(n - 3), value: undefined },
  { table: "slow", key: String(n % 200), value: n % 5 === 0 ? undefined : { n } },
];

describe("a process that is killed", () => {
  test("at any moment of a checkpoint, and of what follows, leaves everything that was acknowledged, and no half of a commit", async () => {
    const copies: { place: string; acknowledged: number; taken: number; what: string }[] = [];
    let acknowledged = 0;
    let taken = 0;
    const place = join(folder, "running");
    const copy = (what: string) => {
      const to = join(folder, `copy-${copies.length}`);
      cpSync(place, to, { recursive: true, filter: (path) => !path.endsWith("lock") });
      copies.push({ place: to, acknowledged, taken, what });
    };
    const store = await openLogStore(place, { checkpointAt: 4000, step: copy });
    while (copies.length < 36) {
      const written: Promise<void>[] = [];
      for (let each = 0; each < 5; each++) {
        const n = ++taken;
        written.push(
          store.commit(commitOf(n)).then(() => {
            acknowledged = n;
          }),
        );
      }
      await Promise.all(written);
    }
    await store.close();
    const kinds = new Set(copies.map(({ what }) => what));
    expect([...kinds].sort()).toEqual([
      "a checkpoint taken up",
      "a log begun",
      "a log removed",
      "a manifest written",
      "a pack filled",
      "a pack written",
      "packs brought together",
    ]);
    for (const each of copies) {
      const left = await openLogStore(each.place);
      const n = left.table<number>("last").get("n") ?? 0;
      expect(n, each.what).toBeGreaterThanOrEqual(each.acknowledged);
      expect(n, each.what).toBeLessThanOrEqual(each.taken);
      expect(contents(left), each.what).toEqual(contents(inMemory(stateAt(n))));
      // And it goes on from there.
      await left.commit(commitOf(n + 1));
      if (n % 2 === 0) await left.checkpoint();
      expect(contents(left)).toEqual(contents(inMemory(stateAt(n + 1))));
      await left.close();
      expect(readdirSync(each.place).filter((name) => name.endsWith(".new"))).toEqual([]);
    }
  });
});

/** A store of several packs and a log, closed. */
async function packed(): Promise<{ n: number; files: string[] }> {
  const store = await openLogStore(folder);
  let n = 0;
  for (let pack = 0; pack < 3; pack++) {
    for (let each = 0; each < 40; each++) void store.commit(commitOf(++n));
    await store.checkpoint();
  }
  for (let each = 0; each < 3; each++) await store.commit(commitOf(++n));
  await store.close();
  return { n, files: readdirSync(folder).filter((name) => /\.(pack|packs|log|end)$/.test(name)) };
}

/** Opens it and reads everything; the words of what is refused. */
async function readAll(): Promise<{ refused: string } | { contents: unknown; told: string | undefined }> {
  let store: LogStore | undefined;
  try {
    store = await openLogStore(folder);
    const all = contents(store);
    await store.checked;
    return { contents: all, told: store.problem() };
  } catch (error) {
    return { refused: (error as Error).message };
  } finally {
    await store?.close();
  }
}

describe("packs that are not as they were written are told of, and nothing else is read instead", () => {
  test("any byte flipped, cut off, or doubled", async () => {
    const { n, files } = await packed();
    const expected = contents(inMemory(stateAt(n)));
    expect(files).toEqual(expect.arrayContaining(["store.packs", "store.3.log", "store.3.end"]));
    expect(await readAll()).toEqual({ contents: expected, told: undefined });
    for (const name of files) {
      const path = join(folder, name);
      const good = readFileSync(path);
      const step = Math.max(1, Math.floor(good.length / 14));
      for (let at = 0; at < good.length; at += step) {
        for (const broken of [
          good.with(at, (good[at] ?? 0) ^ (1 << (at % 8))),
          good.subarray(0, at),
          Buffer.concat([good.subarray(0, at + 1), good.subarray(at)]),
        ]) {
          writeFileSync(path, broken);
          const read = await readAll();
          const words = expect.stringMatching(/is damaged.*Restore a copy of the folder/) as unknown;
          // Of a record that has been overwritten since, nothing is wrong in what is there.
          expect(read, `${name}, byte ${at} of ${good.length}, then ${broken.length}`).toEqual(
            "refused" in read ? { refused: words } : { contents: expected, told: words },
          );
        }
      }
      writeFileSync(path, good);
    }
    expect(await readAll()).toEqual({ contents: expected, told: undefined });
  });

  test("any file missing", async () => {
    const { files } = await packed();
    // How far the log had been acknowledged is not known without its other file, as ever.
    for (const name of files.filter((file) => !file.endsWith(".end"))) {
      const path = join(folder, name);
      const good = readFileSync(path);
      rmSync(path);
      const read = await readAll();
      expect("refused" in read && read.refused, name).toMatch(/missing|no such file/);
      expect(existsSync(path)).toBe(false);
      writeFileSync(path, good);
    }
  });

  test("also where nobody asks for the record", async () => {
    await packed();
    const name = readdirSync(folder).find((file) => file.endsWith(".pack")) ?? "";
    const path = join(folder, name);
    const good = readFileSync(path);
    writeFileSync(path, good.with(3, (good[3] ?? 0) ^ 1));
    const store = await openLogStore(folder);
    await store.checked;
    expect(store.problem()).toMatch(/pack is damaged: bytes 0 to \d+ do not fit their checksum/);
    await store.close();
  });
});

test("what is overwritten and removed takes no room while the store is open, and memory holds what is in use", async () => {
  const store = await openLogStore(folder, { checkpointAt: 64 * 1024 });
  const value = (n: number) => ({ n, text: `some text of the ${n}th `.repeat(30) });
  let most = 0;
  for (let round = 0; round < 120; round++) {
    for (let each = 0; each < 20; each++)
      void store.commit([{ table: "t", key: String(each), value: value(round * 20 + each) }]);
    await store.commit([{ table: "passing", key: String(round), value: value(round) }]);
    await store.commit([{ table: "passing", key: String(round), value: undefined }]);
    most = Math.max(most, sizeOf(folder));
  }
  await store.checkpoint();
  expect(most).toBeLessThan(600 * 1024);
  expect(sizeOf(folder)).toBeLessThan(50 * 1024);
  expect([...store.table<{ n: number }>("t").values()].map(({ n }) => n)).toEqual(
    Array.from({ length: 20 }, (_, each) => 119 * 20 + each),
  );
  expect(store.table("passing").size).toBe(0);
  await store.close();
});

test("where all was removed nothing stays in the folder, no note of what is gone either", async () => {
  const store = await openLogStore(folder);
  const keys = Array.from({ length: 50 }, (_, n) => String(n));
  await store.commit(keys.map((key) => ({ table: "t", key, value: { key } })));
  await store.checkpoint();
  await store.commit(keys.map((key) => ({ table: "t", key, value: undefined })));
  await store.checkpoint();
  expect(readdirSync(folder).filter((name) => /pack$/.test(name))).toEqual([]);
  await store.close();
  const again = await openLogStore(folder);
  expect(again.tables()).toEqual([]);
  await again.close();
});

test("a folder of the version before opens, and is made anew while it is open", async () => {
  let previous = "00000000";
  let bytes = 0;
  const lines: string[] = [];
  for (let n = 1; n <= 300; n++) {
    const changes = commitOf(n).map(({ table, key, value }) =>
      value === undefined ? [table, key] : [table, key, value],
    );
    const text = `${previous} ${JSON.stringify(changes)}`;
    previous = crc32(text).toString(16).padStart(8, "0");
    lines.push(`${previous} ${text}\n`);
    bytes += Buffer.byteLength(lines.at(-1) ?? "");
  }
  const end = `${String(bytes).padStart(15, "0")} ${previous}`;
  writeFileSync(join(folder, "store.log"), `${lines.join("")}0000abcd [["t","1",2`);
  writeFileSync(join(folder, "store.end"), `${crc32(end).toString(16).padStart(8, "0")} ${end}\n`);
  const store = await openLogStore(folder, { checkpointAt: 1000 });
  expect(contents(store)).toEqual(contents(inMemory(stateAt(300))));
  for (let n = 301; n <= 304; n++) await store.commit(commitOf(n));
  await store.checkpoint();
  expect(existsSync(join(folder, "store.log"))).toBe(false);
  await store.close();
  const again = await openLogStore(folder);
  expect(contents(again)).toEqual(contents(inMemory(stateAt(304))));
  await again.close();
  // And what was acknowledged of it is not taken for less.
  truncateSync(join(folder, "store.packs"), 0);
  await expect(openLogStore(folder)).rejects.toThrow(/store\.packs, .* is damaged/);
});

test("packs of the version before, whose keys are as they are spelled, open with all they have, and are brought together with others", async () => {
  for (const [name, text] of Object.entries(before)) writeFileSync(join(folder, name), Buffer.from(text, "base64"));
  const id = "6037e10d-2506-4958-b248-211dc09ff9dd";
  const kept = [
    [id, 0],
    [`0/${id}`, 10],
    [id.toUpperCase(), 3],
    ["ключ", 4],
    ["\ud800", 5],
    ["\udfff", 6],
    ["later", 11],
    ["last", 12],
  ];
  const made: unknown[] = [];
  const headOf = (value: { n: number }) => made.push(value) && value.n;
  const isThere = (store: LogStore) => {
    const table = store.table<{ n: number }>("t");
    expect([...table].map(([key, { n }]) => [key, n])).toEqual(kept);
    for (const [key, n] of kept) expect(table.get(String(key))).toEqual({ n });
    expect([`1/${id}`, "gone"].map((key) => table.has(key))).toEqual([false, false]);
    expect(Object.fromEntries(headsOf(table, "first:1", headOf))).toEqual(Object.fromEntries(kept));
    expect([...store.table("plain")]).toEqual([[id, "as it is"]]);
  };
  const store = await openLogStore(folder);
  isThere(store);
  // That which the log has, and no other.
  expect(made).toEqual([{ n: 12 }]);
  for (let each = 0; each < 3; each++) {
    await store.commit([{ table: "t", key: `0/${id}`, value: { n: 10 } }]);
    await store.checkpoint();
    isThere(store);
  }
  await store.close();
  made.length = 0;
  const again = await openLogStore(folder);
  isThere(again);
  expect(made).toEqual([]);
  await again.close();
});

test("heads are kept beside the places, and made anew where their form has changed", async () => {
  const store = await openLogStore(folder);
  const made: string[] = [];
  const first = (value: { n: number }) => {
    made.push("first");
    return value.n;
  };
  expect(headsOf(store.table<{ n: number }>("t"), "first:1", first)).toEqual([]);
  for (const n of [1, 2, 3]) await store.commit([{ table: "t", key: String(n), value: { n } }]);
  await store.checkpoint();
  await store.close();
  const again = await openLogStore(folder);
  made.length = 0;
  expect(headsOf(again.table<{ n: number }>("t"), "first:1", first)).toEqual([
    ["1", 1],
    ["2", 2],
    ["3", 3],
  ]);
  expect(made).toEqual([]);
  const second = (value: { n: number }) => [value.n];
  expect(headsOf(again.table<{ n: number }>("t"), "second", second)).toEqual([
    ["1", [1]],
    ["2", [2]],
    ["3", [3]],
  ]);
  await again.close();
});
