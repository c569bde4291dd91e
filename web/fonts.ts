/// <reference path="./subset-font.d.ts" />
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";
import type { Plugin } from "vite";

/** Where the fonts are during a build; style sheets refer to them as `@fonts/…`. */
export const fontFolder = fileURLToPath(new URL("../node_modules/.cache/crema-fonts", import.meta.url));

const range = (from: number, to: number): string =>
  String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, n) => from + n));

/**
 * The characters of western European languages and those that our own texts use besides. All others come from the device's own font, for example for
 * Chinese and Arabic.
 */
const signs = `${range(0x20, 0x7e)}${range(0xa0, 0xff)}ŒœŠšŸŽžˆ˜–—‘’‚“”„•…‹›€™→←↑↓−×·′″\u2009\u200a\u202f\u2011`;
/** Kerning, accents and figures. Only Inter has tabular figures, which clocks use. */
const keepFeatures = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum", "zero"];

const sources = {
  // The text font keeps every weight that is in use.
  "inter.woff2": {
    source: "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    variationAxes: { wght: { min: 400, max: 700, default: 400 } },
  },
  // Titles and numbers have a single style.
  "fraunces.woff2": {
    source: "@fontsource-variable/fraunces/files/fraunces-latin-soft-normal.woff2",
    variationAxes: { wght: 600, SOFT: 60 },
  },
};

/** Reduces the two fonts to the characters and features that the screens use. Otherwise they would be half of the first visit's download. */
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
