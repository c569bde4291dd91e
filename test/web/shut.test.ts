import { afterEach, expect, test, vi } from "vitest";
import { shutWords } from "../../web/customer/shut.ts";
import { formatMoment, formatTime } from "../../web/lib/format.ts";
import { tellTimesOf } from "../../web/lib/intl.ts";
import { closesText, momentText } from "../../web/lib/opening.ts";
import { cancelReasonIn, cancelReasonOf, pauseReasonIn, pauseReasonOf } from "../../web/lib/reasons.ts";
import { display } from "../../web/lib/strings/en/display.ts";
import { reasons } from "../../web/lib/strings/en/reasons.ts";
import { begin } from "../../web/lib/texts.ts";
import { pageOf } from "../functions/orders/shop.ts";

const { pause: pauseWords } = reasons;
const now = Date.parse("2026-06-15T10:00:00Z");
afterEach(() => {
  vi.unstubAllEnvs();
});
const deviceIn = (zone: string) => vi.stubEnv("TZ", zone);
const told = (change: object) => shutWords(pageOf(change).store, now);

test("a phone is told that a store is closed and when it opens, or why it pauses and until when; else nothing", () => {
  expect(told({})).toBeUndefined();
  expect(told({ closesAt: "2026-06-15T10:00:01Z" })).toBeUndefined();
  expect(told({ open: false })).toMatchObject({ title: "Main stand is closed" });
  expect(told({ open: false, opensAt: "2026-06-16T06:00:00Z" })?.text).toMatch(/^Open again .*16.*: this page/);
  expect(told({ pausedUntil: "2026-06-15T10:05:00Z", pauseReason: "Cleaning" })).toMatchObject({ title: "Cleaning" });
  // One name for it on every screen, and not that of a store that is closed.
  expect(told({ pausedUntil: "2026-06-15T10:05:00Z" })?.title).toBe(display.pausedTitle);
  expect(told({ pausedUntil: "2026-06-15T10:05:00Z" })?.text).toMatch(/^Back at .*05.*: this page/);
  expect(told({ pausedUntil: "2026-06-15T10:00:00Z", pauseReason: "Cleaning" })).toBeUndefined();
});

test("a common reason is said in the reader's language, and counted; any other as it was written", async () => {
  const busy = { pausedUntil: "2026-06-15T10:05:00Z", pauseReason: pauseWords.busy, pauseWhy: "busy" } as const;
  expect([pauseReasonIn(pauseWords.busy), pauseReasonIn("The cat is out")]).toEqual(["busy", undefined]);
  expect([cancelReasonIn("We are closing"), cancelReasonIn("We are closing!")]).toEqual(["closing", undefined]);
  await begin({ language: "de" });
  const { store } = pageOf(busy);
  expect(shutWords(store, now, pauseReasonOf(store))?.title).toBe("Wir kommen gerade nicht nach");
  expect(pauseReasonOf({ pauseReason: "The cat is out" })).toBe("The cat is out");
  const end = { by: "barista", note: "We are closing" } as const;
  expect([cancelReasonOf(end), cancelReasonOf({ ...end, why: "closing" })]).toEqual([
    "We are closing",
    "Wir schließen",
  ]);
  // One that a screen of yesterday does not know.
  expect(cancelReasonOf({ ...end, why: "flood" as "closing" })).toBe("We are closing");
  expect(cancelReasonOf({ by: "customer" })).toBeUndefined();
  await begin({ language: "en" });
});

test("when it opens is told by the clocks of the store, with the day where it is not soon", () => {
  const text = (at: string) => momentText(Date.parse(at), now, "Europe/Berlin").replaceAll("\u202f", " ");
  expect(text("2026-06-15T11:30:00Z")).toBe("1:30 PM");
  expect(text("2026-06-16T06:00:00Z")).toMatch(/^Tue, Jun 16,? (at )?8:00 AM$/);
});

test("a phone from elsewhere is told by the store's clocks, and whose they are; one that shows the same is not", () => {
  const said = () => told({ open: false, opensAt: "2026-06-15T18:30:00Z" })?.text.replaceAll("\u202f", " ");
  deviceIn("America/New_York");
  expect(said()).toBe("Open again 8:30 PM Germany Time: this page updates itself.");
  deviceIn("Europe/Paris");
  expect(said()).toBe("Open again 8:30 PM: this page updates itself.");
});

test("once the store is known all times are told by its clocks; a zone that the browser does not know changes nothing", () => {
  deviceIn("America/New_York");
  const at = Date.parse("2026-06-15T04:30:00Z");
  expect(formatMoment(at, at + 3_600_000, "de")).toBe("00:30");
  tellTimesOf("Europe/Berlin");
  tellTimesOf("Europe/Nowhere");
  expect(formatTime(at, "de")).toBe("06:30");
  // The same day there, and two in New York.
  expect(formatMoment(at - 3_600_000, at, "de")).toBe("05:30");
  expect(formatMoment(at - 12 * 3_600_000, at, "de")).toBe("14. Juni · 18:30");
});

test("last orders are told in the hour before them, while it is open", () => {
  const told = (closesAt: string, open = true) =>
    closesText(pageOf({ open, closesAt }).store, now)?.replaceAll("\u202f", " ");
  expect(told("2026-06-15T10:59:59Z")).toBe("12:59 PM");
  expect(told("2026-06-15T11:00:00Z")).toBeUndefined();
  expect(told("2026-06-15T10:00:00Z")).toBeUndefined();
  expect(told("2026-06-15T10:30:00Z", false)).toBeUndefined();
});
