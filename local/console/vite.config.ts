import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The console: one page, built into files that the control server sends as they are. */
export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: here("./public"),
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  build: {
    outDir: here("./built"),
    emptyOutDir: true,
    // As the apps of the stand have it; `lib` in tsconfig.json, too.
    target: ["chrome111", "edge111", "firefox121", "safari16.4"],
    modulePreload: { polyfill: false },
    // Nothing becomes a data: address: the Content-Security-Policy allows files only.
    assetsInlineLimit: 0,
  },
});
