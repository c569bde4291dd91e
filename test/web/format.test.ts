import { expect, test } from "vitest";
import { formatAge, formatMoment, formatRemaining, formatTime, minutesSince } from "../../web/lib/format.ts";
import { ordinal, t } from "../../web/lib/text.ts";

test("remaining time ends with the deadline and not a second before", () => {
  expect(formatRemaining(234_000, "en")).toBe("3:54");
  expect(formatRemaining(60_001, "en")).toBe("1:01");
  expect(formatRemaining(1, "en")).toBe("0:01");
  expect(formatRemaining(0, "en")).toBe("0:00");
  expect(formatRemaining(-5_000, "en")).toBe("0:00");
});

test("ages count full seconds, and hours when there are any", () => {
  expect(formatAge(312_999, "en")).toBe("5:12");
  expect(formatAge(3_912_000, "en")).toBe("1:05:12");
  expect(minutesSince("2030-01-01T00:00:00.000Z", Date.parse("2030-01-01T00:01:59.999Z"))).toBe(1);
  expect(minutesSince("2030-01-01T00:00:05.000Z", Date.parse("2030-01-01T00:00:00.000Z"))).toBe(0);
});

test("times are in the reader's own format and digits", () => {
  const at = new Date(2030, 2, 4, 22, 46).getTime();
  expect(formatTime(at, "de")).toBe("22:46");
  expect(formatTime(at, "en-US")).toMatch(/^10:46\sPM$/);
  expect(formatRemaining(234_000, "ar-EG")).toBe("٣:٥٤");
  expect(formatMoment(at, at + 60_000, "de")).toBe("22:46");
  expect(formatMoment(at, at + 86_400_000, "en-GB")).toBe("4 Mar · 22:46");
});

test("a text is filled in whole or not at all", () => {
  expect(t("A new code comes in {time}.", { time: "1:40" })).toBe("A new code comes in 1:40.");
  expect(() => t("{time} left", {})).toThrow("time");
});

test("plurals and ordinals follow the language", () => {
  const tries = { one: "{n} try", other: "{n} tries" };
  expect([0, 1, 2].map((n) => t(tries, { n }))).toEqual(["0 tries", "1 try", "2 tries"]);
  const place = { one: "{n}st", two: "{n}nd", few: "{n}rd", other: "{n}th" };
  expect([1, 2, 3, 4, 11, 22].map((n) => ordinal(place, { n }))).toEqual(["1st", "2nd", "3rd", "4th", "11th", "22nd"]);
});
