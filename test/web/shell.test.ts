import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const files = ["/assets/customer-1.js", "/assets/theme-1.css"];
const pageWith = (script: string) =>
  `<script type="module" src="${script}"></script><link rel="stylesheet" href="/assets/theme-1.css">`;

let site: Record<string, string>;
let stored: Map<string, Map<string, string>>;
let folder: string;
let putInPlace: () => Promise<void>;

const pathOf = (asked: string | { path: string }) => (typeof asked === "string" ? asked : asked.path);

beforeEach(async () => {
  stored = new Map();
  site = {
    "/": pageWith("/assets/customer-1.js"),
    "/config.json": "{}",
    ...Object.fromEntries(files.map((f) => [f, ""])),
  };
  vi.stubGlobal(
    "Request",
    class {
      readonly path: string;
      constructor(path: string) {
        this.path = path;
      }
    },
  );
  vi.stubGlobal("caches", {
    open: async (name: string) => {
      const cache = stored.get(name) ?? new Map<string, string>();
      stored.set(name, cache);
      return {
        addAll: async (all: (string | { path: string })[]) => {
          for (const path of all.map(pathOf)) {
            const text = site[path];
            if (text === undefined) throw new TypeError("Request failed");
            cache.set(path, text);
          }
        },
        match: async (path: string) => {
          const text = cache.get(path);
          return text === undefined ? undefined : new Response(text);
        },
      };
    },
    delete: async (name: string) => stored.delete(name),
  });
  // As the build does.
  folder = mkdtempSync(join(tmpdir(), "crema-shell-"));
  const file = join(folder, "shell.ts");
  const source = readFileSync(join(import.meta.dirname, "../../web/worker/shell.ts"), "utf8");
  writeFileSync(file, source.replace('"__FILES__"', JSON.stringify(files)));
  ({ putInPlace } = (await import(pathToFileURL(file).href)) as { putInPlace: () => Promise<void> });
});
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true });
});

test("a version is kept whole: its files, its page and the settings", async () => {
  await putInPlace();
  expect([...stored.values()].map((cache) => [...cache.keys()])).toEqual([["/", "/config.json", ...files]]);
});

test("a version of which a file is missing is not kept", async () => {
  delete site["/assets/theme-1.css"];
  await expect(putInPlace()).rejects.toThrow();
  expect(stored.size).toBe(0);
});

test("a page that a server which still has the previous site has answered with is not kept with the files of this one", async () => {
  site["/"] = pageWith("/assets/customer-0.js");
  await expect(putInPlace()).rejects.toThrow("refers to /assets/customer-0.js");
  expect(stored.size).toBe(0);
});
