import { expect, test } from "vitest";
import { csv, prefersCsv } from "../../../functions/platform/csv.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["  =1+1", "'  =1+1"],
  ["+14255550100", "'+14255550100"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ["＝1+1", "'＝1+1"],
  ["x;=1+1;y", "x;'=1+1;y"],
  ["x;; @SUM(A1)", "x;;' @SUM(A1)"],
  ["x\t=1+1", "x\t'=1+1"],
])("a spreadsheet takes %j for a text", (text, cell) => {
  expect(csv([[text]])).toBe(`"${cell}"\r\n`);
});

test("nor one behind a semicolon and a quote", () => {
  expect(csv([['x;"=1+1"']])).toBe(`"x;'""=1+1"""\r\n`);
});

test("commas, quotes and ends of lines stay in their cell, numbers are numbers, what is missing is empty", () => {
  expect(csv([["a,b", 'say "hi"', "two\nlines", "plain", -1.5, undefined]])).toBe(
    '"a,b","say ""hi""","two\nlines",plain,-1.5,\r\n',
  );
});

test.each([
  [null, false],
  ["*/*", false],
  ["application/json", false],
  ["text/csv", true],
  ["Text/CSV; charset=utf-8", true],
  ["text/csv;q=0.5, application/json", false],
  ["application/json;q=0.5, text/*", true],
  ["text/csv, */*;q=0.1", true],
  ["text/csv;q=0", false],
])("Accept: %s asks for CSV: %s", (accept, expected) => {
  expect(prefersCsv(accept)).toBe(expected);
});
