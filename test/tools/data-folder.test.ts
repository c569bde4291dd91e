import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLogStore } from "../../local/store/log-store.ts";
import { checkDataFolder, emptyDataFolder } from "../../tools/data-folder.ts";
import { root } from "../../tools/stand-options.ts";
import { freePorts } from "../free-ports.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crema-data-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a stand leaves in its folder. */
async function standIn(place: string): Promise<void> {
  const store = await openLogStore(place);
  await store.commit([{ table: "t", key: "1", value: "kept" }]);
  await store.close();
  mkdirSync(join(place, "site"));
  writeFileSync(join(place, "site", "index.html"), "");
  writeFileSync(join(place, "cosmos.pem"), "");
}

describe("a stand that begins again", () => {
  test("takes out what a stand keeps, and nothing else", async () => {
    await standIn(folder);
    writeFileSync(join(folder, "notes.txt"), "mine");
    emptyDataFolder(folder);
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
  });

  test("goes through what a checkpoint makes, and what a killed process left", async () => {
    const store = await openLogStore(folder);
    await store.commit([{ table: "t", key: "1", value: "kept" }]);
    await store.checkpoint();
    await store.close();
    for (const name of ["lock", "lock.12_34_56-0", "store.packs.new", "store.9.pack.new"])
      writeFileSync(join(folder, name), "");
    emptyDataFolder(folder);
    expect(readdirSync(folder).filter((name) => !name.startsWith("lock."))).toEqual([]);
  });

  test("leaves a link to its folder where it is", async () => {
    const place = join(folder, "place");
    await standIn(place);
    symlinkSync(place, join(folder, "link"));
    emptyDataFolder(join(folder, "link"));
    expect([readdirSync(place), readdirSync(folder).sort()]).toEqual([[], ["link", "place"]]);
  });

  test("refuses while another has the folder", async () => {
    const store = await openLogStore(folder);
    expect(() => emptyDataFolder(folder)).toThrow(/is in use by process \d+/);
    await store.close();
  });

  test.each([
    ["empty", []],
    ["not there yet", undefined],
  ])("takes a folder that is %s", (_, names) => {
    if (names === undefined) rmSync(folder, { recursive: true });
    expect(() => emptyDataFolder(folder)).not.toThrow();
    expect(() => checkDataFolder(folder)).not.toThrow();
  });
});

test("a folder of something else is refused by name, with some of what is in it", () => {
  for (const name of ["b.txt", "a.txt", "c.txt", "d.txt", "lock", "site"]) writeFileSync(join(folder, name), "");
  for (const look of [checkDataFolder, emptyDataFolder])
    expect(() => look(folder)).toThrow(
      `--data names ${folder}, which is not the folder of a stand: a.txt, b.txt, c.txt and 2 more are in it, and no store.`,
    );
  expect(readdirSync(folder)).toHaveLength(6);
});

test("a site alone may be anybody's", () => {
  mkdirSync(join(folder, "site"));
  writeFileSync(join(folder, "site", "index.html"), "mine");
  for (const look of [checkDataFolder, emptyDataFolder]) expect(() => look(folder)).toThrow("site");
  expect(readdirSync(join(folder, "site"))).toEqual(["index.html"]);
});

test("a file is refused as one", () => {
  const file = join(folder, "file");
  writeFileSync(file, "mine");
  expect(() => checkDataFolder(file)).toThrow(`--data must name a folder; ${file} is none.`);
});

describe("a start that is refused", () => {
  const start = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "tools/start.ts"), "--reset", ...args], {
      encoding: "utf8",
      timeout: 60_000,
    });
    return { status, stderr };
  };

  test("has deleted nothing: another's folder", () => {
    writeFileSync(join(folder, "thesis.txt"), "years of work");
    const { status, stderr } = start("--data", folder);
    expect(stderr).toContain("is not the folder of a stand: thesis.txt");
    expect(status).toBe(1);
    expect(readFileSync(join(folder, "thesis.txt"), "utf8")).toBe("years of work");
  });

  test("has deleted nothing: extensions that are none, and a port that is taken", async () => {
    await standIn(folder);
    const port = await freePorts();
    const taken = createServer();
    await new Promise<void>((listens) => taken.listen(port + 3, "127.0.0.1", listens));
    try {
      expect(start("--data", folder, "--extensions", "nonsense").stderr).toContain("nonsense");
      expect(start("--data", folder, "--port", String(port)).stderr).toContain(
        `Port ${port + 3}, which SMS needs, is taken`,
      );
    } finally {
      taken.close();
    }
    expect(existsSync(join(folder, "store.log"))).toBe(true);
  });
});
