import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "../../../local/store/folder-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crema-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process id that nobody has. */
const gone = () => spawnSync(process.execPath, ["-e", ""]).pid;

const heard = <T>(child: ChildProcess) =>
  new Promise<T>((resolve) => child.once("message", (said) => resolve(said as T)));

test("of many processes at once one has the folder, whatever the one before left behind", async () => {
  const contenders = Array.from({ length: 6 }, () =>
    fork(join(import.meta.dirname, "lock-contender.ts"), [folder], { execArgv: [] }),
  );
  try {
    const dead = gone();
    const leftovers = [undefined, String(dead), "", `${dead} 1 2-3`, `${process.ppid} 1 2-3`, "no number"];
    for (let round = 0; round < 60; round++) {
      const place = join(folder, String(round));
      mkdirSync(place);
      const left = leftovers[round % leftovers.length];
      if (left !== undefined) writeFileSync(join(place, "lock"), left);
      // Died in the middle of taking it over.
      if (left !== undefined && round % 4 === 0)
        writeFileSync(join(place, `lock.over.${left.replace(/[^\w-]/g, "_")}`), `${dead} 1 9-9`);
      const ready = contenders.map((child) => heard<object>(child));
      for (const child of contenders) child.send(round);
      await Promise.all(ready);
      const results = contenders.map((child) => heard<{ owns: boolean; words?: string }>(child));
      writeFileSync(join(place, "go"), "");
      const said = await Promise.all(results);
      const owners = contenders.filter((_, at) => said[at]?.owns);
      expect(owners.length, `round ${round}: ${JSON.stringify({ left, said })}`).toBe(1);
      expect(readFileSync(join(place, "lock"), "utf8")).toMatch(new RegExp(`^${owners[0]?.pid} `));
      for (const { owns, words } of said) if (!owns) expect(words).toMatch(/is in use by process \d+\. Stop that one/);
      expect(readdirSync(place).sort()).toEqual(["go", "lock"]);
    }
  } finally {
    for (const child of contenders) child.disconnect();
  }
});

test("a lock whose number another program has by now is taken over where the system tells, and named where not", () => {
  const path = join(folder, "lock");
  // As earlier versions wrote it: it cannot be told whether that is still the same process.
  writeFileSync(path, String(process.ppid));
  expect(() => lockFolder(folder)).toThrow(`If process ${process.ppid} is another program`);
  expect(() => lockFolder(folder)).toThrow(`remove ${path}.`);
  writeFileSync(path, `${process.ppid} 1 2-3`);
  if (process.platform !== "linux") return expect(() => lockFolder(folder)).toThrow(path);
  lockFolder(folder)();
  expect(readdirSync(folder)).toEqual([]);
});
