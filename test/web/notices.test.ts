import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Notice, type NoticeText, noticeIcons } from "../../contracts/notice.ts";
import { type NoticeMap, withNotice, withSnapshot } from "../../web/lib/notices.ts";
import { shownOn, textIn } from "../../web/lib/notices-shown.ts";

const start = Date.parse("2026-06-15T10:00:00Z");
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
const notice = (key: string, version: number, more: Partial<Notice> = {}): Notice => ({
  storeId: "main",
  id: `notice:tally:${key}`,
  source: "tally",
  audience: "display",
  text: { en: key },
  icon: "cup",
  until: at(30),
  version,
  at: at(version),
  ...more,
});
const taken = (...all: Notice[]) => all.reduce<NoticeMap>(withNotice, new Map());
const keys = (notices: Iterable<Notice>) => [...notices].map(({ id }) => id.split(":").at(-1));

describe("what a screen knows", () => {
  const one = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    version: fc.integer({ min: 1, max: 9 }),
    gone: fc.boolean(),
  });
  // One version is one notice, however often it comes.
  const notices = fc
    .uniqueArray(one, { maxLength: 12, selector: ({ key, version }) => `${key}${version}` })
    .map((all) =>
      all.map(({ key, version, gone }) => notice(key, version, gone ? { withdrawn: true, until: at(version) } : {})),
    );

  test("is the same in whatever order and however often it comes: the highest version of each", () => {
    fc.assert(
      fc.property(notices, fc.func(fc.nat()), (all, order) => {
        const shuffled = [...all, ...all.slice(0, 3)].sort((a, b) => order(a) - order(b));
        const sorted = (map: NoticeMap) => [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(sorted(taken(...shuffled))).toEqual(sorted(taken(...all)));
      }),
    );
  });

  test("after a snapshot it is what the snapshot says, but for what was pushed since it was asked for", () => {
    const before = taken(notice("gone meanwhile", 1), notice("stays", 1), notice("changes", 1));
    const now = withNotice(before, notice("changes", 3));
    const pushed = withNotice(now, notice("new", 1));
    const after = withSnapshot(pushed, before, [notice("stays", 1), notice("changes", 2)]);
    expect([...after.values()].map(({ id, version }) => [id.split(":").at(-1), version])).toEqual([
      ["stays", 1],
      ["changes", 3],
      ["new", 1],
    ]);
  });

  test("what goes on stays, however long ago it was said", () => {
    const day = notice("day", 1, { until: at(600) });
    expect(keys(taken(day, notice("now", 300, { until: at(330) })).values())).toEqual(["day", "now"]);
  });

  test("what was over an hour ago is forgotten, so that a screen that stands for a week keeps no week of it", () => {
    const old = notice("old", 1, { until: at(1) });
    expect(keys(taken(old, notice("later", 2, { at: at(60) })).values())).toEqual(["old", "later"]);
    expect(keys(taken(old, notice("later", 2, { at: at(62) })).values())).toEqual(["later"]);
  });

  test("the same version again changes nothing", () => {
    const have = taken(notice("a", 2));
    expect(withNotice(have, notice("a", 2))).toBe(have);
    expect(withNotice(have, notice("a", 1))).toBe(have);
  });
});

describe("what a screen shows", () => {
  const all = [
    notice("display", 1),
    notice("bar", 2, { audience: "bar" }),
    notice("customer", 3, { audience: { customer: "customer-0123456789" } }),
  ];
  test("is what is for it", () => {
    for (const slot of ["display", "bar", "customer"] as const)
      expect(keys(shownOn(slot, all, start, 9))).toEqual([slot]);
  });

  test("ends with its moment, and at once when it is taken back", () => {
    expect(shownOn("display", all, Date.parse(at(30)) - 1, 9)).toHaveLength(1);
    expect(shownOn("display", all, Date.parse(at(30)), 9)).toEqual([]);
    // By a clock that goes after the server's, too.
    expect(shownOn("display", [notice("a", 1, { withdrawn: true, until: at(5) })], start, 9)).toEqual([]);
  });

  test("is the newest, a warning before all, and each keeps its place while others change", () => {
    const many = [notice("c", 1), notice("a", 2), notice("b", 3), notice("d", 0, { icon: "warning", at: at(-9) })];
    expect(keys(shownOn("display", many, start, 3))).toEqual(["d", "a", "b"]);
    expect(
      keys(
        shownOn(
          "display",
          [...many, notice("a", 7)].filter(({ version }) => version !== 2),
          start,
          3,
        ),
      ),
    ).toEqual(["d", "a", "b"]);
  });

  test("has a drawing for every icon", () => {
    const drawn = readFileSync(new URL("../../web/lib/notice-icons.svg", import.meta.url), "utf8");
    expect([...drawn.matchAll(/<symbol id="(\w+)"/g)].map(([, id]) => id).sort()).toEqual([...noticeIcons].sort());
  });
});

test.each<[string, string[], string[]]>([
  ["en", [], ["de", "en"]],
  ["en", ["de"], ["en"]],
  ["de", ["de-AT"], ["en", "de"]],
  ["de-AT", ["de-AT"], ["en", "de", "de-AT"]],
  ["de", ["de_AT.UTF-8"], ["en", "de"]],
  ["en", ["pt"], ["en", "pt-BR"]],
  ["zh-Hant", ["zh-TW"], ["en", "zh-Hans", "zh-Hant"]],
  ["zh-Hans", ["zh"], ["en", "zh-Hans", "zh-Hant"]],
  ["sr-Latn", ["sr-Latn-RS"], ["en", "sr", "sr-Latn"]],
  ["de", ["fr-CA", "de"], ["en", "de"]],
  ["en", ["fr", "en-GB", "de"], ["en", "de"]],
  ["de", ["*", "not a tag!", "de-CH-1901"], ["en", "de"]],
  ["en", ["constructor", "__proto__"], ["en"]],
])("the text is in %s for a reader of %j, out of %j", (lang, told, there) => {
  const text = Object.fromEntries([...there, "en"].map((tag) => [tag, `in ${tag}`])) as NoticeText;
  expect(textIn(text, told)).toEqual({ lang, words: `in ${lang}` });
});
