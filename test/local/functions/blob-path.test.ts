import { expect, test } from "vitest";
import { blobPattern } from "../../../local/functions/storage/blob-path.ts";

test("each parameter takes as much as it can, as the expression of the extension would have it", () => {
  const pattern = /^a(.*)-(.*)\.(.*)b$/;
  const names = [
    "ax-y.zb",
    "a-.b",
    "ab",
    "a-b",
    "a--..b",
    "a1-2-3.4.5b",
    "aab-b.bb",
    "a-.",
    "x-y.b",
    "a.-b",
    "a-x.yb/z.b",
  ];
  for (const name of names) {
    const found = pattern.exec(name);
    const expected = found === null ? undefined : { one: found[1], two: found[2], three: found[3] };
    expect(blobPattern("box/a{one}-{two}.{three}b").match(name), name).toEqual(expected);
  }
  expect(blobPattern("box/{{{name}}}").match("{x}")).toEqual({ name: "x" });
  expect(blobPattern("box/{a}{b}").match("xy")).toEqual({ a: "xy", b: "" });
  expect(blobPattern("box/exact.txt").match("exact.txt")).toEqual({});
  expect(blobPattern("box/exact.txt").match("exactxtxt")).toBeUndefined();
});

test("a name that fits nearly everywhere is seen not to fit at once", () => {
  const pattern = blobPattern(`box/${Array.from({ length: 12 }, (_, index) => `{p${index}}-`).join("")}.png`);
  expect(pattern.match(`${"-".repeat(1_000)}.pn`)).toBeUndefined();
});
