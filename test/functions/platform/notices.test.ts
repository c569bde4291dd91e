import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import type { Notice } from "../../../contracts/notice.ts";
import { eventsIn } from "../../../functions/outbox/events.ts";
import { NoticeError, noticesOf, type Said, somebodySpeaks } from "../../../functions/platform/notices.ts";
import { noticesFor, screensOf, withNotices } from "../../../functions/platform/notices-shown.ts";
import { type Services, startServices } from "../identity/services.ts";

const start = Date.parse("2026-06-15T10:00:00Z");
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const log = { warn: vi.fn() };
const orders = Promise.resolve({ orders: [] });
let services: Services;
let storeId: string;
let stores = 0;
beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());
beforeEach(() => {
  storeId = `store-${stores++}`;
  vi.useFakeTimers({ toFake: ["Date"], now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

const said = (more: Partial<Said> = {}): Said => ({
  audience: "display",
  text: { en: "12 coffees today" },
  icon: "cup",
  until: new Date(start + 3_600_000).toISOString(),
  ...more,
});
const documents = async () => {
  const { items } = services.container("catalog");
  return (await items.query("SELECT * FROM c WHERE c.kind = 'notice'", { partitionKey: storeId }).fetchAll()).resources;
};

test("while no extension speaks nobody looks, and nothing is said of notices", async () => {
  expect(somebodySpeaks()).toBe(false);
  // Not even the name of this store could be asked for.
  expect(await withNotices(orders, "no/store", ["display"], log)).toEqual({ orders: [] });
  expect(log.warn).not.toHaveBeenCalled();
});

test("what is said is one document, which is gone an hour after its end, and one event of the extension", async () => {
  const notice = await noticesOf("tally").publish(storeId, "today", said());
  expect(notice).toMatchObject({ id: "notice:tally:today", source: "tally", version: start / 1000, storeId });
  const [document] = await documents();
  expect(document).toMatchObject({ ...notice, hears: "display", ttl: 7200 });
  const { events, invalid } = eventsIn([document]);
  expect(invalid).toEqual([]);
  expect(events).toMatchObject([
    {
      id: `notice:tally:today-${storeId}-${start / 1000}`,
      type: "crema.notice.published.v1",
      source: "/crema/tally",
      subject: `stores/${storeId}/notices/notice:tally:today`,
      time: "2026-06-15T10:00:00.000Z",
      data: { notice },
    },
  ]);
});

test("it is in the trace of the event that led to it", async () => {
  const because = {
    id: "e1",
    correlationid: "order-1",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  } as CremaEvent;
  await noticesOf("tally").publish(storeId, "today", said(), because);
  const [event] = eventsIn(await documents()).events;
  expect(event).toMatchObject({ correlationid: "order-1", causationid: "e1" });
  expect(event?.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
});

test("said, said again, said differently, taken back, forgotten, by several at once: versions only ever grow, one a change", async () => {
  type Step =
    | { do: "say"; text: number; end: number }
    | { do: "again" | "withdraw" | "forget" | "race" }
    | { wait: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constant("say" as const), text: fc.nat(2), end: fc.integer({ min: -5, max: 120 }) }),
    fc.record({ do: fc.constantFrom("again" as const, "withdraw" as const, "forget" as const, "race" as const) }),
    fc.record({ wait: fc.integer({ min: 1, max: 200 }) }),
  );
  const one = noticesOf("tally");
  // Another process, which knows nothing of the turns that are taken in this one.
  vi.resetModules();
  const other = (await import("../../../functions/platform/notices.ts")).noticesOf("tally");
  const item = () => services.container("catalog").item("notice:tally:key", storeId);
  const stands = async () => (await item().read<Notice>()).resource;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      storeId = `store-${stores++}`;
      vi.setSystemTime(start);
      const versions: number[] = [];
      const seen = async () => {
        const now = await stands();
        if (now && versions.at(-1) !== now.version) versions.push(now.version);
        return now;
      };
      let last: Said | undefined;
      for (const each of steps) {
        const before = await stands();
        if ("wait" in each) vi.setSystemTime(Date.now() + each.wait * 60_000);
        else if (each.do === "say") {
          const wanted = said({ text: { en: `text ${each.text}` }, until: inMinutes(each.end) });
          const got = await one.publish(storeId, "key", wanted);
          const after = await seen();
          if (each.end <= 0) expect([got, after]).toEqual([undefined, before]);
          else {
            last = wanted;
            expect(after).toMatchObject({ ...wanted, version: got?.version });
          }
        } else if (each.do === "again" && last && Date.parse(last.until) > Date.now()) {
          const same = before?.text.en === last.text.en && before.until === last.until && !before.withdrawn;
          await Promise.all([one.publish(storeId, "key", last), other.publish(storeId, "key", last)]);
          const after = await seen();
          if (same) expect(after).toEqual(before);
          expect(after).toMatchObject(last);
        } else if (each.do === "withdraw") {
          await one.withdraw(storeId, "key");
          const after = await seen();
          if (before && Date.parse(before.until) > Date.now()) {
            expect(after).toMatchObject({ withdrawn: true, until: new Date().toISOString() });
          } else expect(after).toEqual(before);
          expect(await noticesFor(storeId, ["display"])).toEqual([]);
        } else if (each.do === "forget" && before && Date.parse(before.until) + 3_600_000 <= Date.now()) {
          await item().delete();
        } else if (each.do === "race") {
          const texts = ["a", "b", "c"].map((en) => said({ text: { en }, until: inMinutes(30) }));
          const got = await Promise.all(
            texts.map((text, index) => [one, other][index % 2]?.publish(storeId, "key", text)),
          );
          expect(new Set(got.map((notice) => notice?.version)).size).toBe(3);
          last = undefined;
          await seen();
        }
        const shown = await noticesFor(storeId, ["display"]);
        const now = await stands();
        expect(shown.length).toBe(now && Date.parse(now.until) > Date.now() ? 1 : 0);
      }
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    }),
    { numRuns: 25 },
  );
});

test("everybody gets what is said to them and nothing else, newest first, and only while it lasts", async () => {
  const [ada, bob] = ["customer-ada-0123", "customer-bob-0123"];
  const speaks = noticesOf("tally");
  await speaks.publish(storeId, "bar", said({ audience: "bar" }));
  vi.setSystemTime(start + 1_000);
  await speaks.publish(storeId, "display", said());
  await speaks.publish(storeId, "ada", said({ audience: { customer: ada }, until: inMinutes(1) }));
  await noticesOf("regulars").publish(`${storeId}-b`, "bar", said({ audience: "bar" }));
  const keys = async (...hears: string[]) => (await noticesFor(storeId, hears)).map(({ id }) => id.split(":").at(-1));
  expect(await keys(...screensOf([]))).toEqual([]);
  expect(await keys(...screensOf(["display"]))).toEqual(["display"]);
  expect(await keys(...screensOf(["barista"]))).toEqual(["display", "bar"]);
  expect(await keys(...screensOf(["admin", "display"]))).toEqual(["display", "bar"]);
  expect(await keys(`customer:${ada}`)).toEqual(["ada"]);
  expect(await keys(`customer:${bob}`)).toEqual([]);
  vi.setSystemTime(start + 62_000);
  expect(await keys(`customer:${ada}`)).toEqual([]);
});

test.each<[string, Partial<Said>, RegExp]>([
  ["without English", { text: { de: "12 Kaffees" } as unknown as Said["text"] }, /text\.en/],
  ["a text too long", { text: { en: "x".repeat(161) } }, /text\.en is longer than 160 characters/],
  ["nothing that can be seen", { text: { en: "\u202e\u200b" } }, /text\.en is empty/],
  ["a language that is none", { text: { en: "a", "not a tag": "b" } }, /not a tag.* is no language tag/],
  ["a language written otherwise", { text: { en: "a", "pt-br": "b" } }, /pt-br.* is no language tag/],
  ["an icon that no app can draw", { icon: "rocket" as "cup" }, /icon/],
  ["an audience that is none", { audience: "kitchen" as "bar" }, /audience/],
  ["an end that is no moment", { until: "tomorrow" }, /until/],
  ["an end too far away", { until: "2026-08-15T10:00:00Z" }, /until is more than 31 days away/],
])("%s is refused in words, and nothing is written", async (_, wrong, words) => {
  const refused = noticesOf("tally").publish(storeId, "today", said(wrong));
  await expect(refused).rejects.toThrow(NoticeError);
  await expect(refused).rejects.toThrow(words);
  expect(await documents()).toEqual([]);
});

test("keys, names and stores that can be none are refused too", async () => {
  expect(() => noticesOf("Tally!")).toThrow(/of "Tally!" cannot be published: must be lower-case/);
  await expect(noticesOf("tally").publish(storeId, "a/b", said())).rejects.toThrow(NoticeError);
  await expect(noticesOf("tally").withdraw(storeId, "")).rejects.toThrow(NoticeError);
  await expect(noticesOf("tally").publish("No Store", "a", said())).rejects.toThrow(NoticeError);
});

test("a key keeps its audience: who heard the first would never hear that it is gone", async () => {
  await noticesOf("tally").publish(storeId, "today", said());
  const moved = noticesOf("tally").publish(storeId, "today", said({ audience: "bar" }));
  await expect(moved).rejects.toThrow(/audience is display for this key; another needs another key/);
});

test("what is told is tidied: no control characters, no marks that turn what stands beside it", async () => {
  const notice = await noticesOf("tally").publish(storeId, "today", said({ text: { en: " a\u202e\n b\u0000 " } }));
  expect(notice?.text.en).toBe("a b");
});

test("a document that somebody wrote by hand, and wrongly, is neither shown nor told, and keeps no notice from being", async () => {
  const wrong = { id: "notice:tally:today", kind: "notice", storeId, hears: "display", until: "2027", at: "2026" };
  await services.container("catalog").items.create(wrong);
  expect(await noticesFor(storeId, ["display"])).toEqual([]);
  const { events, invalid } = eventsIn(await documents());
  expect(events).toEqual([]);
  expect(invalid).toMatchObject([{ id: wrong.id }]);
  await noticesOf("tally").publish(storeId, "today", said());
  expect(await noticesFor(storeId, ["display"])).toHaveLength(1);
});

test("beside another reply it is left out when it cannot be had, or not in time; what fails that reply, fails it", async () => {
  await noticesOf("tally").publish(storeId, "today", said());
  // However slow the machine is, these are in time.
  const time = vi.spyOn(AbortSignal, "timeout").mockReturnValue(new AbortController().signal);
  const whole = await withNotices(orders, storeId, ["display"], log);
  expect(whole).toMatchObject({ orders: [], notices: [{ id: "notice:tally:today" }] });
  expect(await withNotices(orders, storeId, [], log)).toEqual({ orders: [], notices: [] });
  expect(log.warn).not.toHaveBeenCalled();
  time.mockRestore();
  for (const kind of ["unavailable", "throttle"] as const) {
    const undo = services.cosmos.faults.next({ kind, times: 100, retryAfter: 60_000 });
    expect(await withNotices(orders, storeId, ["display"], log)).toEqual({ orders: [] });
    undo();
    expect(log.warn).toHaveBeenCalledOnce();
    log.warn.mockClear();
  }
  const failed = withNotices(Promise.reject(new Error("no orders")), storeId, ["display"], log);
  await expect(failed).rejects.toThrow("no orders");
});
