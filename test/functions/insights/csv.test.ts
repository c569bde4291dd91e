import { expect, test } from "vitest";
import { insightsCsv } from "../../../functions/insights/csv.ts";
import { figuresOf } from "../../../functions/insights/figures.ts";

test("a line for each row, a column for each drink and option", () => {
  const drinks = [{ id: "drink:x", name: "=Latte, large", count: 3 }];
  const figures = { ...figuresOf([]), drinks, options: [{ id: "milk/oat", name: "Milk: Oat", count: 2 }] };
  const row = { day: "2040-06-15", ...figures, scans: 4 };
  const reply = { from: "", to: "", timeZone: "UTC", total: figures, now: "" };
  const [head = "", line = "", end] = insightsCsv({ ...reply, by: "day", rows: [row] }).split("\r\n");
  expect(
    head.startsWith(
      "day,scans,admitted,at the counter,refused: closed,refused: full,refused: limit,scan refused: code-exhausted,",
    ),
  ).toBe(true);
  expect(head.endsWith(`,"'=Latte, large",Milk: Oat`)).toBe(true);
  expect(line.startsWith("2040-06-15,4,0,0,")).toBe(true);
  expect(line.endsWith(",3,2")).toBe(true);
  expect(end).toBe("");
  const hourly = insightsCsv({ ...reply, by: "hour", rows: [{ ...row, hour: 9, start: "2040-06-15T07:00:00.000Z" }] });
  expect(hourly.split("\r\n")[1]?.startsWith("2040-06-15,9,2040-06-15T07:00:00.000Z,4,")).toBe(true);
});
