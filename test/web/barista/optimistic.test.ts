import { expect, test } from "vitest";
import type { OrderView } from "../../../contracts/order.ts";
import type { ProblemCode } from "../../../contracts/problem.ts";
import { ApiError, NetworkError } from "../../../web/lib/api.ts";
import { foreseen, overlay } from "../../../web/lib/staff/optimistic.ts";
import { reasonOf } from "../../../web/lib/staff/refusal.ts";
import { byId, order, start } from "./orders.ts";

const ana = { id: "ana", name: "Ana" };

test("a claim is seen at once as ours, and giving it back takes that away", () => {
  const claimed = foreseen(order({ id: "a" }), "claim", ana, start);
  expect(claimed).toMatchObject({ state: "making", barista: ana, version: 3 });
  const released = foreseen(claimed, "release", ana, start);
  expect(released.state).toBe("queued");
  expect(released).not.toHaveProperty("barista");
});

test("what the API tells later wins over what was foreseen", () => {
  const before = order({ id: "a" });
  const guess = new Map([["a", foreseen(before, "claim", ana, start)]]);
  expect(overlay(byId(before), guess)[0]?.state).toBe("making");
  const cancelled = order({ id: "a", version: 4, state: "cancelled" });
  expect(overlay(byId(cancelled), guess)[0]?.state).toBe("cancelled");
});

function refusal(code: ProblemCode, held?: OrderView): ApiError {
  const body = { type: `urn:crema:problem:${code}`, title: "", status: 409, detail: "From the server.", code };
  return new ApiError(held === undefined ? body : { ...body, order: held });
}

test("a refusal says who holds the order, or what became of it", () => {
  const held = order({ id: "a", state: "making", barista: { id: "ben", name: "Ben" } });
  expect(reasonOf(refusal("order-held", held), start)).toBe("Ben is making it.");
  expect(reasonOf(refusal("order-state", order({ id: "a", state: "cancelled" })), start)).toBe(
    "It was cancelled meanwhile.",
  );
  expect(reasonOf(refusal("order-version", held), start)).toContain("changed");
  expect(reasonOf(new NetworkError("none"), start)).toContain("No connection");
  expect(reasonOf(refusal("bad-request"), start)).not.toContain("server");
});
