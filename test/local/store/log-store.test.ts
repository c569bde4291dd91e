import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { crc32 } from "node:zlib";
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

test("a commit of nothing is done when all before it is: what is asked for once more is acknowledged no earlier than the first time", async () => {
  const store = await openLogStore(folder);
  for (let round = 0; round < 3; round++) {
    const done: string[] = [];
    const first = store.commit([{ table: "t", key: "k", value: round }]).then(() => done.push("first"));
    const second = store.commit([]).then(() => done.push("again"));
    await Promise.all([first, second]);
    expect(done).toEqual(["first", "again"]);
  }
  await store.commit([]);
  await store.close();
});

test("a folder that is none, or cannot be made, is refused by name and at once", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "mine");
  for (const path of [file, join(file, "below", "it")])
    await expect(openLogStore(path)).rejects.toThrow(`${path} cannot be the data folder: ${file} is not a folder.`);
  expect(readFileSync(file, "utf8")).toBe("mine");
  const deep = join(folder, "a", "b", "c");
  await (await openLogStore(deep)).close();
});

// Of which Node's own way of making folders never came back.
test.skipIf(process.platform !== "linux")("a folder where none can be is refused at once", async () => {
  await expect(openLogStore("/proc/foo/bar")).rejects.toThrow(
    /^The data folder \/proc\/foo\/bar cannot be created: ENOENT/,
  );
});

test("commits of any size, alone and together, with all that their bytes may be", async () => {
  const store = await openLogStore(folder, { checkpointAt: 64 * 1024 * 1024 });
  const sizes = [0, 900, 1100, 1400, 1600, 16_000, 66_000, 300_000, 5, 1_500_000, 1100];
  const changes = (at: number, size: number): Change[] => [
    { table: "noise", key: String(at), value: randomBytes(size).toString("base64") },
    { table: "text", key: String(at), value: "ключ\0\u001b=".repeat(size / 10) },
  ];
  for (const [at, size] of sizes.entries()) await store.commit(changes(at, size));
  await Promise.all(sizes.map((size, at) => store.commit(changes(100 + at, size))));
  const before = contents(store);
  await store.close();
  // Which is how what was filled ahead is told from what was written.
  expect(readFileSync(join(folder, "store.log")).includes(0)).toBe(false);
  const again = await openLogStore(folder, { checkpointAt: 64 * 1024 * 1024 });
  expect(contents(again)).toEqual(before);
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

  test.each([
    ["as it is", 1],
    ["compressed", 3000],
  ])(
    "what was filled ahead, and written in part, %s, is cut off where nobody was told of it, and nowhere else",
    async (_, length) => {
      const store = await openLogStore(folder);
      const value = (n: number) => String(n).repeat(length);
      for (const n of [1, 2]) await store.commit([{ table: "t", key: "1", value: value(n) }]);
      await store.close();
      const path = join(folder, "store.log");
      const good = readFileSync(path);
      // A sector of the last write was not written, the next one was.
      writeFileSync(path, Buffer.concat([good, Buffer.alloc(40), good, Buffer.alloc(2000)]));
      const again = await openLogStore(folder);
      expect(again.table("t").get("1")).toBe(value(2));
      expect(readFileSync(path)).toEqual(good);
      await again.close();
      writeFileSync(path, Buffer.concat([good.subarray(0, -9), Buffer.alloc(8), Buffer.from("\n")]));
      await expect(openLogStore(folder)).rejects.toThrow(/damaged in line 2/);
    },
  );

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

/** What a commit of the log below has: even ones are long enough to be compressed. */
const written = (n: number) => `the value ${n}`.repeat(n % 2 === 0 || n === 5 ? 200 : 1);

/**
 * Lines of a log of five commits, and the folder with it; a broken log is put in the log's place. The second begins a stream, which the fourth goes on with,
 * and the fifth, since the store had been opened again, another; the others are as they are, as all were in the version before.
 */
async function writtenLog(): Promise<{ lines: string[]; write(lines: string[]): void }> {
  for (const part of [[1, 2, 3, 4], [5]]) {
    const store = await openLogStore(folder);
    for (const n of part) await store.commit([{ table: "t", key: String(n % 3), value: written(n) }]);
    await store.close();
  }
  const path = join(folder, "store.log");
  const lines = readFileSync(path, "latin1").split(/(?<=\n)/);
  expect(lines.map((line) => line[18])).toEqual(["[", "|", "[", "+", "|"]);
  return { lines, write: (broken) => writeFileSync(path, broken.join(""), "latin1") };
}

const flipped = (line: string, at: number, bit: number) => {
  const bytes = Buffer.from(line, "latin1");
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return bytes.toString("latin1");
};

describe("a log that is not as it was written is told of, with the place and what to do, and left as it is", () => {
  test.each([
    ["the first line missing", (l: string[]) => l.slice(1), /line 1 of 4: what stood before it is missing/],
    ["the second missing", (l: string[]) => l.toSpliced(1, 1), /line 2 of 4: what stood before it is missing/],
    ["two in the middle missing", (l: string[]) => l.toSpliced(1, 2), /line 2 of 3: what stood before it is missing/],
    ["the last missing", (l: string[]) => l.slice(0, -1), /damaged at its end.*acknowledged.* of 4 whole lines/],
    ["all but the first missing", (l: string[]) => l.slice(0, 1), /damaged at its end/],
    ["all missing", () => [], /damaged at its end: \d+ bytes of it had been acknowledged/],
    ["the first doubled", (l: string[]) => [l[0] ?? "", ...l], /line 2 of 6: it is line 1 once more/],
    ["the middle doubled", (l: string[]) => l.toSpliced(2, 0, l[2] ?? ""), /line 4 of 6: it is line 3 once more/],
    ["the last doubled", (l: string[]) => [...l, l[4] ?? ""], /line 6 of 6: it is line 5 once more/],
    ["one repeated later", (l: string[]) => [...l, l[1] ?? ""], /line 6 of 6: it is line 2 once more/],
    ["two swapped", (l: string[]) => [0, 2, 1, 3, 4].map((i) => l[i] ?? ""), /line 2 of 5: it belongs after line 3/],
    ["the last two swapped", (l: string[]) => [0, 1, 2, 4, 3].map((i) => l[i] ?? ""), /line 4 of 5: it belongs after/],
    ["a last line that was cut", (l: string[]) => [...l.slice(0, 4), (l[4] ?? "").slice(0, 30)], /damaged at its end/],
    ["the last line feed gone", (l: string[]) => [...l.slice(0, 4), (l[4] ?? "").slice(0, -1)], /damaged at its end/],
    [
      "two damaged",
      (l: string[]) => l.map((line, i) => (i === 1 || i === 4 ? flipped(line, 40, 0) : line)),
      /line 2 of 5: its text does not fit its checksum; line 5: its text does not fit/,
    ],
    [
      "the last two damaged",
      (l: string[]) => l.map((line, i) => (i >= 3 ? flipped(line, 40, 0) : line)),
      /line 4 of 5: .*; line 5: /,
    ],
    ["nothing but rubbish", () => ["rubbish\n"], /line 1 of 1: its text does not fit its checksum/],
  ])("%s", async (_name, breakIt, words) => {
    const { lines, write } = await writtenLog();
    write(breakIt(lines));
    const broken = readFileSync(join(folder, "store.log"));
    for (const _ of [1, 2]) await expect(openLogStore(folder)).rejects.toThrow(words);
    await expect(openLogStore(folder)).rejects.toThrow(/Restore a copy of the folder, .* keep the first \d+ lines/);
    expect(readFileSync(join(folder, "store.log"))).toEqual(broken);
  });

  test("cut, flipped or doubled at any byte", async () => {
    const { lines } = await writtenLog();
    const path = join(folder, "store.log");
    const good = readFileSync(path);
    for (let at = 0; at < good.length; at++) {
      const cutOrDoubled =
        at % 2 === 0 ? good.subarray(0, at) : Buffer.concat([good.subarray(0, at + 1), good.subarray(at)]);
      for (const broken of [good.with(at, (good[at] ?? 0) ^ (1 << (at % 8))), cutOrDoubled]) {
        writeFileSync(path, broken);
        await expect(openLogStore(folder), `byte ${at}, then ${broken.length}`).rejects.toThrow(/is damaged/);
      }
    }
    // Where it is not known how far it had been acknowledged, whole lines are what is there.
    const end = join(folder, "store.end");
    for (let at = 0; at < good.length; at += 7) {
      writeFileSync(path, good.subarray(0, at));
      rmSync(end);
      const store = await openLogStore(folder);
      const whole = lines.filter((_, line) => lines.slice(0, line + 1).join("").length <= at).length;
      const values = new Map(Array.from({ length: whole }, (_, n) => [String((n + 1) % 3), written(n + 1)]));
      expect(new Map(store.table("t")), `${at} bytes`).toEqual(values);
      await store.close();
    }
  });

  test("what fits its checksum and cannot be read", async () => {
    const { lines, write } = await writtenLog();
    rmSync(join(folder, "store.end"));
    const lineAfter = (line: string, what: string) => {
      const rest = `${line.slice(0, 8)} ${what}`;
      return `${crc32(Buffer.from(rest, "latin1")).toString(16).padStart(8, "0")} ${rest}\n`;
    };
    for (const [what, words] of [
      ["!new", /line 3: only a later version can read it/],
      ["+rubbish", /line 2: it cannot be decompressed/],
      ["|rubbish", /line 3: it cannot be decompressed/],
    ] as const) {
      write([...lines.slice(0, 2), lineAfter(lines[1] ?? "", what)]);
      await expect(openLogStore(folder)).rejects.toThrow(words);
    }
    write([lineAfter("00000000", "+rubbish")]);
    await expect(openLogStore(folder)).rejects.toThrow(/line 1: it cannot be decompressed/);
  });

  test("the whole log missing, or another in its place", async () => {
    const { lines, write } = await writtenLog();
    const path = join(folder, "store.log");
    rmSync(path);
    await expect(openLogStore(folder)).rejects.toThrow(/store\.log is missing: \d+ bytes/);
    const other = mkdtempSync(join(tmpdir(), "crema-store-"));
    const store = await openLogStore(other);
    for (const n of [1, 2, 3, 4, 6]) await store.commit([{ table: "t", key: String(n % 3), value: written(n) }]);
    await store.close();
    writeFileSync(path, readFileSync(join(other, "store.log")));
    rmSync(other, { recursive: true });
    await expect(openLogStore(folder)).rejects.toThrow(/damaged at its end/);
    write(lines);
    await (await openLogStore(folder)).close();
  });

  test("what to do leads back to a store that opens", async () => {
    const { lines, write } = await writtenLog();
    write(lines.toSpliced(3, 1));
    await expect(openLogStore(folder)).rejects.toThrow("keep the first 3 lines of store.log and remove store.end");
    write(lines.slice(0, 3));
    rmSync(join(folder, "store.end"));
    const store = await openLogStore(folder);
    expect(contents(store)).toEqual({ t: { "0": written(3), "1": written(1), "2": written(2) } });
    await store.close();
  });

  test("the file that says how far it was written", async () => {
    await writtenLog();
    const end = join(folder, "store.end");
    writeFileSync(end, flipped(readFileSync(end, "latin1"), 20, 0));
    await expect(openLogStore(folder)).rejects.toThrow(/store\.end, .*is damaged/);
  });
});

test("a folder of the first version opens, and its lines know each other from then on", async () => {
  const line = (text: string) => `${crc32(text).toString(16).padStart(8, "0")} ${text}\n`;
  const old = ['[["t","1",1]]', '[["t","2",{"a":"b"}],["t","1"]]', '[["u","x",null]]'].map(line);
  const path = join(folder, "store.log");
  writeFileSync(path, `${old.join("")}0000abcd [["t","1",2`);
  writeFileSync(join(folder, "lock"), "");
  const store = await openLogStore(folder);
  expect(contents(store)).toEqual({ t: { "2": { a: "b" } }, u: { x: null } });
  for (const n of [3, 4]) await store.commit([{ table: "t", key: "3", value: n - 1 }]);
  await store.close();
  const next = join(folder, "store.1.log");
  const lines = readFileSync(next, "utf8").split(/(?<=\n)/);
  writeFileSync(next, lines.slice(1).join(""));
  await expect(openLogStore(folder)).rejects.toThrow(/line 1 of \d: what stood before it is missing/);
  writeFileSync(next, lines.join(""));
  const again = await openLogStore(folder);
  expect(contents(again)).toEqual({ t: { "2": { a: "b" }, "3": 3 }, u: { x: null } });
  await again.close();
});

test("a complete damaged last line of the first version is told of as well", async () => {
  writeFileSync(join(folder, "store.log"), '00000000 [["t","1",1]]\n');
  await expect(openLogStore(folder)).rejects.toThrow(/damaged in line 1 of 1/);
});

test("a folder is open in one process only, and its lock says whose it is", async () => {
  const store = await openLogStore(folder);
  await expect(openLogStore(folder)).rejects.toThrow(String(process.pid));
  await store.close();
  await (await openLogStore(folder)).close();
});
