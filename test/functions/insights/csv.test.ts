import { expect, test } from "vitest";
import { csv, insightsCsv, prefersCsv } from "../../../functions/insights/csv.ts";
import { figuresOf } from "../../../functions/insights/figures.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["  =1+1", "'  =1+1"],
  ["+14255550100", "'+14255550100"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ["＝1+1", "'＝1+1"],
])("a spreadsheet takes %j for a text", (text, cell) => {
  expect(csv([[text]])).toBe(`"${cell}"\r\n`);
});

test("commas, quotes and ends of lines stay in their cell, numbers are numbers, what is missing is empty", () => {
  expect(csv([["a,b", 'say "hi"', "two\nlines", "plain", -1.5, undefined]])).toBe(
    '"a,b","say ""hi""","two\nlines",plain,-1.5,\r\n',
  );
});

test("a line for each row, a column for each drink and option", () => {
  const drinks = [{ id: "drink:x", name: "=Latte, large", count: 3 }];
  const figures = { ...figuresOf([]), drinks, options: [{ id: "milk/oat", name: "Milk: Oat", count: 2 }] };
  const row = { day: "2040-06-15", ...figures, scans: 4 };
  const reply = { from: "", to: "", timeZone: "UTC", total: figures, now: "" };
  const [head = "", line = "", end] = insightsCsv({ ...reply, by: "day", rows: [row] }).split("\r\n");
  expect(head.startsWith("day,scans,admitted,refused: closed,refused: full,refused: limit,submitted")).toBe(true);
  expect(head.endsWith(`,"'=Latte, large",Milk: Oat`)).toBe(true);
  expect(line.startsWith("2040-06-15,4,0,0,")).toBe(true);
  expect(line.endsWith(",3,2")).toBe(true);
  expect(end).toBe("");
  const hourly = insightsCsv({ ...reply, by: "hour", rows: [{ ...row, hour: 9, start: "2040-06-15T07:00:00.000Z" }] });
  expect(hourly.split("\r\n")[1]?.startsWith("2040-06-15,9,2040-06-15T07:00:00.000Z,4,")).toBe(true);
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
