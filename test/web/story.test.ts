import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventTypes } from "../../contracts/events.ts";
import { hearers } from "../../contracts/hearers.ts";
import { journeyWhats } from "../../contracts/journey.ts";
import { declaredSubscriptions, sourceAddress } from "../../web/built.ts";
import { formatDuration } from "../../web/lib/story/times.ts";
import {
  addressOf,
  behind,
  behindAtCounter,
  carriedIn,
  heardBy,
  hearerIn,
  tour,
  tourAtCounter,
} from "../../web/lib/story/underneath.ts";
import { story as words } from "../../web/lib/strings/story.ts";
import { registeredFunctions } from "../infra/application.ts";

const root = join(import.meta.dirname, "../..");
const subscriptions = declaredSubscriptions();

test("what is told of functions and places is so: the functions are registered, the files are there", async () => {
  const names = (await registeredFunctions()).map(({ name }) => name);
  for (const what of journeyWhats) {
    expect(existsSync(join(root, tour[what].path)), what).toBe(true);
  }
  for (const { teller, outbox, told, workflow } of [...Object.values(behind), ...Object.values(behindAtCounter)]) {
    expect(names).toContain(teller);
    expect(names).toContain(outbox);
    for (const { path } of [told, workflow, carriedIn]) expect(existsSync(join(root, path)), path).toBe(true);
  }
  for (const { name } of subscriptions) {
    expect([...names, ...Object.keys(hearers)]).toContain(name);
    expect(existsSync(join(root, hearerIn(name)?.path ?? name)), name).toBe(true);
    expect(Object.keys(words.hearers), name).toContain(name);
  }
});

test("the tour has the headings that steps lead to", () => {
  const page = readFileSync(join(root, "docs/tour.md"), "utf8");
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  for (const { at } of [...Object.values(tour), tourAtCounter]) expect(headings).toContain(at);
});

test("who hears of an event is what its subscription lets through", () => {
  const heard = Object.fromEntries(eventTypes.map((type) => [type, heardBy(type, subscriptions)]));
  expect(heard["crema.code.scanned.v1"]).toEqual(["workflows", "publisher"]);
  expect(heard["crema.order.claimed.v1"]).not.toContain("workflows");
  expect(heardBy("crema.order.claimed.v1", [{ name: "all" }, { name: "none", types: [] }])).toEqual(["all"]);
});

test("places have an address where the build was told one, which must be https", () => {
  const env = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "o/r", GITHUB_SHA: "abc" };
  expect(sourceAddress({})).toBeUndefined();
  expect(sourceAddress(env)).toBe("https://github.com/o/r/blob/abc/");
  expect(sourceAddress({ ...env, SOURCE_URL: "https://code.test/x" })).toBe("https://code.test/x/");
  expect(() => sourceAddress({ SOURCE_URL: "javascript:alert(1)" })).toThrow("SOURCE_URL");
  expect(addressOf({ path: "docs/tour.md", at: "1-the-scan" }, "https://code.test/x/")).toBe(
    "https://code.test/x/docs/tour.md#1-the-scan",
  );
  expect(addressOf(carriedIn, undefined)).toBeUndefined();
});

test.each([
  [0, "less than a second"],
  [999, "less than a second"],
  [1_000, "1 second"],
  [59_999, "59 seconds"],
  [60_000, "1 minute"],
  [185_000, "3 minutes 5 seconds"],
  [3_600_000, "1 hour"],
  [7_380_000, "2 hours 3 minutes"],
  [90_000_000, "1 day 1 hour"],
])("%d ms are %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
