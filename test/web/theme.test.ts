import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** The colours that a style sheet of `web/lib` names. */
function tokensOf(file: string): Record<string, string> {
  const css = readFileSync(join(import.meta.dirname, "../../web/lib", file), "utf8");
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
}
const tokens = tokensOf("theme.css");
const dark = tokensOf("dark.css");

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one = "", other = ""): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const text = [
  ["ink", "paper", "card", "crema-soft", "late-soft", "ready-soft", "oat"],
  ["ink-2", "paper", "card", "crema-soft", "late-soft"],
  ["crema-ink", "paper", "card", "crema-soft"],
  ["ready-ink", "ready-soft", "paper", "card"],
  ["ready", "paper", "card"],
  ["late", "paper", "card", "late-soft"],
  ["late-ink", "late-soft", "paper", "card"],
  ["card", "crema", "ready", "late", "ink"],
  ["oat", "night", "night-2"],
  ["glow", "night", "night-2", "ink"],
].flatMap(([above = "", ...below]) => below.map((under) => [above, under] as const));

test.each(text)("text in %s can be read on %s: at least 4.5 : 1", (above, below) => {
  expect(contrast(tokens[above], tokens[below])).toBeGreaterThanOrEqual(4.5);
});

test.each([
  ["edge", "paper"],
  ["edge", "card"],
  ["crema-bright", "paper"],
  ["crema", "card"],
  ["warn", "card"],
])("what is told by %s stands out from %s: at least 3 : 1", (above, below) => {
  expect(contrast(tokens[above], tokens[below])).toBeGreaterThanOrEqual(3);
});

test.each([
  ...text.filter(
    ([above, below]) => ["ink", "ink-2", "crema-ink", "ready-ink", "late-ink"].includes(above) && below !== "oat",
  ),
  ["ink", "crema-soft"] as const,
])("in the dark, text in %s can be read on %s: at least 4.5 : 1", (above, below) => {
  expect(contrast(dark[above], dark[below])).toBeGreaterThanOrEqual(4.5);
});

test.each([
  ["ready", "paper"],
  ["late", "paper"],
  ["edge", "card"],
  ["crema-bright", "paper"],
])("in the dark, what is told by %s stands out from %s: at least 3 : 1", (above, below) => {
  expect(contrast(dark[above], dark[below])).toBeGreaterThanOrEqual(3);
  // The knob of a switch that is on is white.
  expect(contrast("#ffffff", dark.ready)).toBeGreaterThanOrEqual(3);
});
