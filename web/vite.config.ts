import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { again } from "./again.ts";
import { browsers } from "./browsers.ts";
import { built } from "./built.ts";
import { fontFolder, fonts } from "./fonts.ts";
import { shell, worker, workerFile } from "./worker/plugin.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Both fonts are on every screen: each page names them, so that they come with the style and not after it. */
const preloadFonts: Plugin = {
  name: "preload-fonts",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => file.endsWith(".woff2"))
        .map((file) => ({
          tag: "link",
          attrs: { rel: "preload", href: `/${file}`, as: "font", type: "font/woff2", crossorigin: "" },
          injectTo: "head",
        })),
  },
};

/** Whether the customer's page loads a module at its start: what only some screen wants, or another app, is not to travel with it. */
function isFirst(id: string, importersOf: (id: string) => readonly string[]): boolean {
  const found = new Set([id]);
  for (const each of found) for (const importer of importersOf(each)) found.add(importer);
  return found.has(here("./customer/main.ts"));
}

/** Four small sites in one, and a page that a shared link opens: each loads only what it needs; addresses and store come from `config.json`, never from the build. */
export default defineConfig({
  root: here("."),
  publicDir: here("./public"),
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } }), fonts, preloadFonts, again, built, shell],
  resolve: { alias: { "@fonts": fontFolder } },
  build: {
    outDir: here("../dist/web"),
    emptyOutDir: true,
    target: browsers,
    // Our own origin serves everything, and every browser that runs these pages preloads modules by itself.
    modulePreload: { polyfill: false },
    // Nothing becomes a data: address: the Content-Security-Policy allows files only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // What most apps load at their start is one file: in the many that pages of few visitors would make of it, it travels worse.
      output: {
        entryFileNames: ({ name }) => (name === worker ? workerFile : "assets/[name]-[hash].js"),
        codeSplitting: {
          groups: [
            {
              name: (id, chunks) =>
                isFirst(id, (each) => chunks.getModuleInfo(each)?.importers ?? []) ? "shared" : null,
              minShareCount: 3,
            },
          ],
        },
      },
      input: {
        customer: here("./index.html"),
        barista: here("./barista/index.html"),
        display: here("./display/index.html"),
        admin: here("./admin/index.html"),
        journey: here("./journey/index.html"),
        [worker]: here("./worker/service-worker.ts"),
      },
    },
  },
});
