import { expect, test } from "vitest";
import { shutWords } from "../../web/customer/shut.ts";
import { momentText } from "../../web/lib/opening.ts";
import { pageOf } from "../functions/orders/shop.ts";

const now = Date.parse("2026-06-15T10:00:00Z");
const told = (change: object) => shutWords(pageOf(change).store, now);

test("a phone is told that a store is closed and when it opens, or why it pauses and until when; else nothing", () => {
  expect(told({})).toBeUndefined();
  expect(told({ closesAt: "2026-06-15T10:00:01Z" })).toBeUndefined();
  expect(told({ open: false })).toMatchObject({ title: "Main stand is closed" });
  expect(told({ open: false, opensAt: "2026-06-16T06:00:00Z" })?.text).toMatch(/^Open again .*16.*: this page/);
  expect(told({ pausedUntil: "2026-06-15T10:05:00Z", pauseReason: "Cleaning" })).toMatchObject({ title: "Cleaning" });
  expect(told({ pausedUntil: "2026-06-15T10:00:00Z", pauseReason: "Cleaning" })).toBeUndefined();
});

test("when it opens is told by the clocks of the store, with the day where it is not soon", () => {
  const text = (at: string) => momentText(Date.parse(at), now, "Europe/Berlin").replaceAll("\u202f", " ");
  expect(text("2026-06-15T11:30:00Z")).toBe("1:30 PM");
  expect(text("2026-06-16T06:00:00Z")).toMatch(/^Tue, Jun 16,? (at )?8:00 AM$/);
});
