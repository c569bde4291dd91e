import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf } from "../../web/worker/plugin.ts";

const web = join(import.meta.dirname, "../../web");
const file = (path: string) => join(web, "public", path);

interface Manifest {
  name: string;
  short_name: string;
  id: string;
  start_url: string;
  scope: string;
  display: string;
  icons: { src: string; sizes: string; type: string; purpose?: string }[];
}

test.each([
  ["index.html", "/manifest.webmanifest", "/"],
  ["barista/index.html", "/barista/manifest.webmanifest", "/barista"],
  ["display/index.html", "/display/manifest.webmanifest", "/display"],
  ["admin/index.html", "/admin/manifest.webmanifest", "/admin"],
])("%s can be installed: its manifest names what is there", (page, address, start) => {
  expect(readFileSync(join(web, page), "utf8")).toContain(`<link rel="manifest" href="${address}" />`);
  const manifest = JSON.parse(readFileSync(file(address), "utf8")) as Manifest;
  expect([manifest.id, manifest.start_url, manifest.scope]).toEqual([start, start, start]);
  expect(manifest.short_name.length).toBeLessThanOrEqual(12);
  expect(["standalone", "fullscreen"]).toContain(manifest.display);
  const sizes = manifest.icons.filter(({ type }) => type === "image/png").map(({ src, sizes }) => [src, sizes]);
  for (const [src = "", stated] of sizes) {
    const png = readFileSync(file(src));
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(stated);
  }
  // What browsers ask for before they offer to install.
  expect(sizes.map(([, stated]) => stated)).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(true);
});

test("every page has icons of the site's own, and the first one a preview", () => {
  for (const page of [
    "index.html",
    "barista/index.html",
    "display/index.html",
    "admin/index.html",
    "journey/index.html",
  ]) {
    const html = readFileSync(join(web, page), "utf8");
    const icons = [...html.matchAll(/<link rel="(?:icon|apple-touch-icon)" href="([^"]+)"/g)].map(
      ([, href]) => href ?? "",
    );
    expect(icons).toHaveLength(2);
    for (const icon of icons) expect(existsSync(file(icon)), icon).toBe(true);
  }
  const html = readFileSync(join(web, "index.html"), "utf8");
  const image = /<meta property="og:image" content="([^"]+)"/.exec(html)?.[1] ?? "";
  const png = readFileSync(file(image));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630]);
});

test("the service worker is told of all that the app may load, now or later, and of nothing else", () => {
  const chunk = (name: string, imports: string[], dynamicImports: string[], css: string[] = []) => ({
    type: "chunk" as const,
    fileName: `${name}.js`,
    name,
    code: "",
    isEntry: ["customer", "admin"].includes(name),
    imports,
    dynamicImports,
    viteMetadata: { importedCss: new Set(css), importedAssets: new Set<string>() },
  });
  const chunks = [
    chunk("customer", ["shared.js"], ["later.js"], ["customer.css"]),
    chunk("shared", [], ["german.js"]),
    chunk("later", ["shared.js"], []),
    chunk("german", [], []),
    chunk("admin", ["shared.js"], []),
  ];
  const bundle = Object.fromEntries(chunks.map((each) => [each.fileName, each]));
  expect(filesOf(bundle, "customer")).toEqual(["customer.css", "customer.js", "german.js", "later.js", "shared.js"]);
  expect(() => filesOf(bundle, "kiosk")).toThrow('no entry "kiosk"');
});
