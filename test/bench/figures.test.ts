import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PeerFigures } from "../../bench/peers/index.ts";
import { keepGrowth } from "../../tools/figures/grow.ts";
import type { GrowthFigures } from "../../tools/figures/growth.ts";
import { keepFigures } from "../../tools/figures/keep.ts";
import { root } from "../../tools/stand-options.ts";

/** A copy: what is measured in a test is not to be kept. */
let docs: string;
beforeEach(() => {
  docs = mkdtempSync(join(tmpdir(), "crema-figures-"));
  for (const name of ["figures.md", "figures"]) cpSync(join(root, "docs", name), join(docs, name), { recursive: true });
});
afterEach(() => rmSync(docs, { recursive: true }));
const read = (path: string, folder = docs) => readFileSync(join(folder, path), "utf8");
const json = <T>(path: string) => JSON.parse(read(path)) as T;
const committed = (path: string) => read(path, join(root, "docs"));

test("kept again, what is kept changes neither the page nor the chart", () => {
  keepFigures("peers", json<PeerFigures>("figures/peers.json"), docs);
  keepFigures("growth", json<GrowthFigures>("figures/growth.json"), docs);
  for (const path of ["figures.md", "figures/growth.svg", "figures/peers.json", "figures/growth.json"])
    expect(read(path), path).toBe(committed(path));
});

test("what is measured anew takes the place of what was, in the table and in the chart, and what was at the start stays", () => {
  const { before, machine } = json<GrowthFigures>("figures/growth.json");
  if (machine === undefined) throw new Error("The figures do not say on which machine they were measured.");
  const grown = { documents: 490_000, collected: 70_000, workflows: 70_000, queries: [] };
  const measured = [{ ...grown, orders: 70_000, upAfter: 1234.5, memory: 400 * 2 ** 20, bytes: 150 * 2 ** 20 }];
  keepGrowth({ ...machine, day: "2030-01-02" }, measured, docs);
  expect(json<GrowthFigures>("figures/growth.json")).toEqual({
    machine: { ...machine, day: "2030-01-02" },
    now: [{ orders: 70_000, startSeconds: 1.23, memoryMB: 400, diskMB: 150 }],
    before,
  });
  const page = read("figures.md").replace(/ +/g, " ");
  expect(page).toContain("| 70,000 | – | 1.2 s | – | 400 MB | – | 150 MB |");
  expect(page).toContain("| 50,000 | 22.0 s | – | 1,450 MB | – | 640 MB | – |");
  expect(page).toContain("_Now_ was measured 2030-01-02,");
  expect(read("figures/growth.svg")).toContain(">70,000</text>");
  expect(page + read("figures/growth.svg")).not.toMatch(/NaN|undefined/);
});
