import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CatalogPage } from "../../../contracts/catalog.ts";
import { type ScanRefusal, scanRefusals } from "../../../contracts/order-states.ts";
import { refusedScans } from "../../../contracts/scans.ts";
import { currentWindow } from "../../../functions/codes/current-window.ts";
import { hold } from "../../../functions/codes/hold.ts";
import { countingRefused, countRefused, mostCounted } from "../../../functions/codes/refused-scans.ts";
import { scan } from "../../../functions/codes/scan.ts";
import { tellRefusedScans } from "../../../functions/codes/tell-refused-scans.ts";
import { inTurn } from "../../../functions/platform/in-turn.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";
import { operations } from "../../../tools/contracts/routes.ts";
import { newCustomerId, pageOf, Shop } from "../orders/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const minute = 60_000;
let page: CatalogPage;
let stores = 0;
/** Each test begins half a minute into five, in a store of its own. */
beforeEach(async () => {
  page = pageOf({}, `refused-${++stores}`);
  const into = Date.now() % (5 * minute);
  await shop.advance((into <= 30_000 ? 30_000 : 5 * minute + 30_000) - into);
});

const quiet = { warn: () => expect.unreachable("a refused scan was not counted") };
const counting = <T>(work: () => Promise<T>, but?: ScanRefusal[]) =>
  countingRefused(page.storeId, quiet, work, but).then(
    () => undefined,
    (error) => (error instanceof Refusal ? error.problem.code : Promise.reject(error)),
  );
const scanAs = (customerId: string, code: string, at = page) => counting(() => scan(at, { customerId, code }));
/** What is still counted after the answers is written. */
const written = (storeId = page.storeId) => inTurn(`refused:${storeId}`, () => Promise.resolve());
const told = async (storeId = page.storeId) =>
  (await shop.events("codes", storeId)).flatMap(({ type, data }) =>
    type === "crema.scans.refused.v1" ? [refusedScans.parse((data as { refused: unknown }).refused)] : [],
  );
const tellLater = async () => {
  await written();
  await shop.advance(6 * minute);
  await tellRefusedScans();
};
const slot = () => new Date(Math.floor(Date.now() / (5 * minute)) * 5 * minute).toISOString();

test("scans that are refused before there is an order are counted by why, and told once when their five minutes are over", async () => {
  const from = slot();
  const { code } = await currentWindow(page);
  for (let n = 0; n < 10; n++) expect(await scanAs(newCustomerId(), code)).toBeUndefined();
  expect(await scanAs(newCustomerId(), code)).toBe("code-exhausted");
  expect(await scanAs(newCustomerId(), code)).toBe("code-exhausted");
  expect(await scanAs(newCustomerId(), "none")).toBe("code-unknown");
  const closed = pageOf({ open: false }, page.storeId);
  expect(await scanAs(newCustomerId(), "none", closed)).toBe("store-closed");
  const eager = newCustomerId();
  for (let n = 0; n < 11; n++) await scanAs(eager, "none");
  await written();
  await tellRefusedScans();
  expect(await told()).toEqual([]);
  await tellLater();
  await tellRefusedScans();
  const until = new Date(Date.parse(from) + 5 * minute).toISOString();
  const counts = { "code-exhausted": 2, "code-unknown": 11, "store-closed": 1, "too-many-requests": 1 };
  expect(await told()).toEqual([{ storeId: page.storeId, from, until, counts, more: false }]);
});

test("a scan that cannot be kept counts as well, but for one that signing in may still get through", async () => {
  const network = "203.0.113.7/32";
  const keep = (code: string) =>
    counting(() => hold(page, { code, hold: `${Math.random()}`.padEnd(32, "0"), network }), ["too-many-requests"]);
  const { code } = await currentWindow(page);
  for (let n = 0; n < 5; n++) await keep(code);
  expect(await keep(code)).toBe("too-many-requests");
  expect(await keep("none")).toBe("code-unknown");
  await tellLater();
  expect(await told()).toMatchObject([{ counts: { "code-unknown": 1 } }]);
});

test("two processes that count and tell at the same time lose none and tell once; each store is told of by itself", async () => {
  vi.resetModules();
  const other = await import("../../../functions/codes/refused-scans.ts");
  const elsewhere = await import("../../../functions/codes/tell-refused-scans.ts");
  const others = `${page.storeId}-other`;
  const both = Array.from({ length: 20 }, () => [
    countRefused(page.storeId, "code-over"),
    other.countRefused(page.storeId, "code-unknown"),
    other.countRefused(others, "code-over"),
  ]);
  await Promise.all(both.flat());
  await shop.advance(6 * minute);
  await Promise.all([tellRefusedScans(), elsewhere.tellRefusedScans()]);
  expect(await told()).toMatchObject([{ counts: { "code-over": 20, "code-unknown": 20 }, more: false }]);
  expect(await told(others)).toMatchObject([{ counts: { "code-over": 20 } }]);
});

test("whoever is refused without end is counted up to a bound, and costs no request beyond it", async () => {
  const { meters } = shop.services.cosmos;
  for (let n = 0; n < mostCounted; n++) await countRefused(page.storeId, "code-over");
  const before = meters.requests;
  await Promise.all(Array.from({ length: 500 }, () => countRefused(page.storeId, "code-unknown")));
  expect(meters.requests).toBe(before);
  await tellLater();
  expect(await told()).toMatchObject([{ counts: { "code-over": mostCounted }, more: true }]);
  // The next five minutes count again.
  await countRefused(page.storeId, "code-over");
  await tellLater();
  expect((await told()).map(({ counts }) => counts["code-over"])).toEqual([mostCounted, 1]);
});

test("those refused at once are one write after another, not one each", async () => {
  await countRefused(page.storeId, "code-over");
  const { meters } = shop.services.cosmos;
  const before = meters.requests;
  await Promise.all(Array.from({ length: 30 }, () => countRefused(page.storeId, "code-over")));
  expect(meters.requests - before).toBeLessThanOrEqual(2);
  await tellLater();
  expect(await told()).toMatchObject([{ counts: { "code-over": 31 } }]);
});

test("what was not told in time is told by whoever comes next", async () => {
  await countRefused(page.storeId, "code-over");
  await shop.advance(40 * minute);
  vi.resetModules();
  const begun = await import("../../../functions/codes/tell-refused-scans.ts");
  await begun.tellRefusedScans();
  expect(await told()).toMatchObject([{ counts: { "code-over": 1 } }]);
});

test("the answer is the refusal also where it cannot be counted, which the log tells", async () => {
  await countRefused(page.storeId, "code-over");
  const warn = vi.fn();
  // No store has such an id; here it makes a condition that the database cannot read.
  const work = () => Promise.reject(new Refusal("code-over", "over"));
  await expect(countingRefused('no"store', { warn }, work)).rejects.toThrow("over");
  await written('no"store').catch(() => undefined);
  expect(warn).toHaveBeenCalledOnce();
});

test("every reason that the API names for refusing a scan, or to keep one, is counted", () => {
  const named = operations.flatMap(({ path, problems = [] }) => (/[/](scans|holds)$/.test(path) ? problems : []));
  // A screen that was paired and orders is nobody who was turned away.
  const ofGuests = named.filter((code) => code !== "forbidden");
  expect([...new Set(ofGuests)].sort()).toEqual([...scanRefusals].sort());
});
