/// <reference path="./subset-font.d.ts" />
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";
import type { Plugin } from "vite";

/** Where they lie while the pages are built; style sheets name them as `@fonts/…`. */
export const fontFolder = fileURLToPath(new URL("../node_modules/.cache/crema-fonts", import.meta.url));

const range = (from: number, to: number): string =>
  String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, n) => from + n));

/**
 * What western European languages are written in, and what our own texts hold beside it. Every other sign comes from the device's own font, as all of
 * Chinese and Arabic does.
 */
const signs = `${range(0x20, 0x7e)}${range(0xa0, 0xff)}ŒœŠšŸŽžˆ˜–—‘’‚“”„•…‹›€™→←↑↓−×·′″\u2009\u200a\u202f\u2011`;
/** Kerning, accents, and figures: those of one width, which clocks are set in, only Inter has. */
const keepFeatures = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum", "zero"];

const sources = {
  // Text in every weight that there is a use for.
  "inter.woff2": {
    source: "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    variationAxes: { wght: { min: 400, max: 700, default: 400 } },
  },
  // Titles and numbers have one look.
  "fraunces.woff2": {
    source: "@fontsource-variable/fraunces/files/fraunces-latin-soft-normal.woff2",
    variationAxes: { wght: 600, SOFT: 60 },
  },
};

/** Makes the two fonts as small as what the screens show of them: they are half of what a first visit loads otherwise. */
export const fonts: Plugin = {
  name: "fonts",
  async buildStart() {
    const { resolve } = createRequire(import.meta.url);
    mkdirSync(fontFolder, { recursive: true });
    for (const [name, { source, variationAxes }] of Object.entries(sources)) {
      const options = { targetFormat: "woff2", keepFeatures, variationAxes } as const;
      writeFileSync(join(fontFolder, name), await subsetFont(readFileSync(resolve(source)), signs, options));
    }
  },
};
