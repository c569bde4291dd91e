import { describe, expect, test } from "vitest";
import type { OrderView } from "../../../contracts/order.ts";
import { differs } from "../../../tools/robots/check.ts";
import { Ledger } from "../../../tools/robots/ledger.ts";
import { kindOf } from "../../../tools/robots/network.ts";
import { Stopped } from "../../../tools/robots/stopped.ts";
import { endingOf, quantile, tableOf } from "../../../tools/robots/table.ts";
import { ApiError, NetworkError } from "../../../web/lib/api.ts";

const order = (state: OrderView["state"], more: Partial<OrderView> = {}): OrderView =>
  ({
    id: "a",
    storeId: "main",
    customerId: "c",
    version: 4,
    state,
    createdAt: "2026-06-15T10:00:00Z",
    ...more,
  }) as OrderView;
const problem = (code: string, status = 409) =>
  new ApiError({ type: "", title: "", status, detail: "why", code } as ApiError["problem"]);

describe("the book that robots keep", () => {
  test("a refusal is counted with its reason; what no robot gives a reason for is an error", () => {
    const ledger = new Ledger();
    ledger.trouble("claim", problem("order-held"));
    ledger.trouble("claim", problem("order-held"));
    ledger.trouble("claim", new Stopped());
    expect([...ledger.refused]).toEqual([["claim: order-held", 2]]);
    expect(ledger.errorCount).toBe(0);
    ledger.trouble("scan", problem("internal", 500));
    ledger.trouble("scan", new NetworkError("POST /scans got no answer"));
    expect(ledger.errors).toEqual(["scan: 500 internal: why", "scan: POST /scans got no answer"]);
  });

  test("errors are all counted, the first told in words and each as it happens", () => {
    const ledger = new Ledger();
    let heard = 0;
    ledger.onError = () => heard++;
    for (let n = 0; n < 50; n++) ledger.error(`error ${n}`);
    expect([ledger.errorCount, ledger.errors.length, heard]).toEqual([50, 20, 50]);
  });
});

describe("the table", () => {
  test.each([
    [order("collected"), "collected"],
    [order("ready"), "ready, not fetched"],
    [order("queued"), "still queued"],
    [order("refused", { end: { by: "system", reason: "full" } }), "refused: full"],
    [order("expired", { end: { by: "system", reason: "barista" } }), "expired: barista"],
    [order("cancelled", { end: { by: "barista", note: "Out of stock" } }), "cancelled: barista"],
  ])("%j", (view, ending) => {
    expect(endingOf(view)).toBe(ending);
  });

  test("tells orders by ending, waits, refusals and errors", () => {
    const ledger = new Ledger();
    ledger.visits = 3;
    for (const id of ["a", "b"]) ledger.began(id);
    ledger.add("left", "no code (full)");
    ledger.add("refused", "scan: code-over");
    const served = {
      submittedAt: "2026-06-15T10:01:00Z",
      readyAt: "2026-06-15T10:03:30Z",
      endedAt: "2026-06-15T10:04:00Z",
    };
    const orders = [order("collected", served), order("collected", served)];
    const table = tableOf({ ledger, orders, took: { machine: 10_000, stand: 600_000 }, came: 5_000 });
    expect(table).toContain(
      "3 visits, 2 orders in 10 min of the stand's time, 10.0 s of ours: 0.4 orders a second in the 5.0 s in which people came",
    );
    expect(table).toMatch(/collected +2\n/);
    expect(table).toMatch(/no code \(full\) +1\n/);
    expect(table).toMatch(/ordered → ready +2 +p50 +2\.5/);
    expect(table).toMatch(/scan: code-over +1\n/);
    expect(table).toMatch(/Errors: none$/);
    ledger.error("It broke.");
    expect(tableOf({ ledger, orders, took: { machine: 1, stand: 1 }, came: 1 })).toMatch(/Errors: 1\n {2}It broke\.$/);
  });

  test("half of the values are below the half", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("an order's document against what its customer saw", () => {
  test.each([
    ["the same", { state: "making", version: 4 }, order("making"), undefined],
    ["what came later", { state: "making", version: 3 }, order("ready"), undefined],
    ["seen by nobody", {}, order("expired"), undefined],
    ["none", {}, undefined, /the stand has none/],
    ["an older one", { state: "ready", version: 5 }, order("making"), /newer than what the stand has/],
    ["another of the same version", { state: "ready", version: 4 }, order("making"), /ready \(version 4\).*making/],
    [
      "one that had ended by mistake",
      { state: "cancelled", version: 3 },
      order("queued", { recalled: [{ at: "", from: "cancelled", since: "" }] }),
      undefined,
    ],
    ["one that had ended otherwise", { state: "cancelled", version: 3 }, order("collected"), /which is final/],
  ] as const)("%s", (_what, seen, kept, wrong) => {
    const difference = differs({ orderId: "a", ...seen }, kept);
    if (wrong === undefined) expect(difference).toBeUndefined();
    else expect(difference).toMatch(wrong);
  });
});

test.each([
  ["http://127.0.0.1:1/api/stores/main", "/"],
  ["http://127.0.0.1:1/api/stores/main/orders/1b4e28ba-2fa1-41d2-883f-0016d3cca427/submit", "/orders/{id}/submit"],
  ["http://127.0.0.1:1/api/stores/main/config/staff%3A%2B14155550157", "/config/{id}"],
  ["http://127.0.0.1:1/api/sign-in/challenges", "/sign-in/challenges"],
])("the kind of %s", (address, kind) => {
  expect(kindOf(address)).toBe(kind);
});
