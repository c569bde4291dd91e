import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { languages } from "../../contracts/languages.ts";
import { script } from "../../web/again.ts";
import { buildAsDeployed } from "./build-as-deployed.ts";

const most = 39 * 1024;
let built: string;

beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "crema-web-"));
  await buildAsDeployed(built);
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** The files that a page loads at its start: its scripts and styles with all that they import. */
function loadedBy(page: string): string[] {
  const html = readFileSync(join(built, page), "utf8");
  const found = new Set([...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? ""));
  for (const path of found)
    if (path.endsWith(".js"))
      for (const [, name] of readFileSync(join(built, path), "utf8").matchAll(
        /from\s*"\.\/([^"]+\.js)"|import\s*"\.\/([^"]+\.js)"/g,
      ))
        if (name !== undefined) found.add(`/assets/${name}`);
  return [...found];
}

/** The files of texts in a language that a page asks for at its start: those whose loaders come with it. */
function textsOf(page: string, language: string): string[] {
  const source = loadedBy(page)
    .filter((path) => path.endsWith(".js"))
    .map((path) => readFileSync(join(built, path), "utf8"))
    .join("\n");
  // As the build writes `texts({ …, de: () => import("./de/common.ts"), … })`.
  const loader = new RegExp(`"?${language}"?:\\(\\)=>[^,]*?import\\(["\`]\\./([^"\`]+\\.js)["\`]\\)`, "g");
  return [...source.matchAll(loader)].map(([, name]) => `/assets/${name}`);
}

test.each(Object.keys(languages))(
  "the customer's script is at most 39 KB as it travels, with what it says in %s",
  (language) => {
    const texts = textsOf("index.html", language);
    expect(texts.length).toBeGreaterThanOrEqual(2);
    const scripts = [...loadedBy("index.html").filter((path) => path.endsWith(".js")), ...texts];
    const bytes = scripts.map((path) => brotliCompressSync(readFileSync(join(built, path))).length);
    const total = bytes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(5 * 1024);
    expect(total, scripts.map((path, n) => `${path} ${bytes[n]}`).join("\n")).toBeLessThanOrEqual(most);
  },
);

test("in a language that is not asked for, nothing travels", () => {
  const other = Object.keys(languages).flatMap((language) => textsOf("index.html", language));
  const first = loadedBy("index.html");
  for (const path of other) expect(first).not.toContain(path);
});

test.each(["index.html", "barista/index.html", "display/index.html", "admin/index.html", "journey/index.html"])(
  "%s has no style and no script in it but the one that watches, and every file it names exists under a hashed name",
  (page) => {
    const html = readFileSync(join(built, page), "utf8");
    expect(html.replace(`<script>${script}</script>`, "")).not.toMatch(
      /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/,
    );
    const files = loadedBy(page);
    for (const path of files) {
      expect(path).toMatch(/-[\w-]{8}\.(js|css|woff2)$/);
      expect(existsSync(join(built, path)), path).toBe(true);
    }
    expect(files.some((path) => path.endsWith(".css"))).toBe(true);
  },
);

// The CLI of Static Web Apps sends everything as it is, Azure compresses: so the weight is taken here, on the build.
test("the customer's first visit weighs at most 165 KB, both fonts among it, which come with the style and not after it", () => {
  const files = loadedBy("index.html");
  expect(files.filter((path) => path.endsWith(".woff2"))).toHaveLength(2);
  const weight = files.map((path) => {
    const file = readFileSync(join(built, path));
    return path.endsWith(".woff2") ? file.length : brotliCompressSync(file).length;
  });
  const fonts = files.flatMap((path, n) => (path.endsWith(".woff2") ? [weight[n] ?? 0] : []));
  expect(fonts.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(50 * 1024);
  expect(
    weight.reduce((sum, size) => sum + size, 0),
    files.map((path, n) => `${path} ${weight[n]}`).join("\n"),
  ).toBeLessThanOrEqual(165 * 1024);
});

test("the service worker is at most 3 KB as it travels, and is one file", () => {
  const worker = readFileSync(join(built, "sw.js"));
  expect(worker.toString()).not.toMatch(/\bimport\b|\bexport\b|__FILES__|__VERSION__/);
  expect(brotliCompressSync(worker).length).toBeLessThanOrEqual(3 * 1024);
});

test("the charts come with a page that has one, and not before", () => {
  const charts = readdirSync(join(built, "assets")).filter((name) => /^plot-.*\.js$/.test(name));
  expect(charts).toHaveLength(1);
  for (const page of ["index.html", "barista/index.html", "display/index.html", "admin/index.html"])
    expect(loadedBy(page)).not.toContain(`/assets/${charts[0]}`);
  expect(brotliCompressSync(readFileSync(join(built, "assets", charts[0] ?? ""))).length).toBeLessThan(28 * 1024);
});

test("no address of an API and no schema library is in the build", () => {
  for (const path of [
    "index.html",
    "barista/index.html",
    "display/index.html",
    "admin/index.html",
    "journey/index.html",
  ].flatMap(loadedBy)) {
    if (path.endsWith(".woff2")) continue;
    const text = readFileSync(join(built, path), "utf8");
    expect(text).not.toMatch(/127\.0\.0\.1|localhost|ZodError/);
  }
});
