import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import type { CremaEvent } from "../../../contracts/events.ts";
import { toldAgain } from "../../../contracts/replay.ts";
import { Extension } from "../../../functions/platform/extension.ts";
import { InvalidEventError, readReceived } from "../../../functions/platform/received.ts";
import { samples } from "../../../tools/contracts/samples.ts";

const ready = samples().get("crema.order.ready.v1") as CremaEvent<"crema.order.ready.v1">;

describe("what is delivered", () => {
  const read = (received: unknown) => readReceived(received, ["crema.order.ready.v1"]);

  test("is read, and what is told again as it was first", () => {
    expect(read(ready)).toEqual(ready);
    expect(read(toldAgain(ready, "run-1", "sample"))).toEqual({ ...ready, replay: "run-1" });
  });

  test.each([
    ["nothing", undefined, '"undefined" is not read here; what is read is crema.order.ready.v1'],
    [
      "a version that is not read",
      { ...ready, type: "crema.order.ready.v2" },
      '"crema.order.ready.v2" is not read here',
    ],
    ["another type", samples().get("crema.order.queued.v1"), '"crema.order.queued.v1" is not read here'],
    ["data that does not fit", { ...ready, data: { order: {} } }, "data.order.id"],
    ["no subject", { ...ready, subject: undefined }, "subject"],
  ])("%s is refused", (_, received, words) => {
    expect(() => read(received)).toThrow(InvalidEventError);
    expect(() => read(received)).toThrow(words);
  });
});

describe("an extension that does not fit its declaration says so when it is loaded", () => {
  const declaration = {
    name: "sample",
    description: "A sample.",
    containers: [{ id: "sample", partitionKey: "/id" }],
    subscriptions: [{ name: "sample", filter: { includedEventTypes: ["crema.order.ready.v1"] } }],
    settings: [{ name: "SAMPLE_EVERY", description: "A number.", default: "10", pattern: "\\d+" }],
  };
  const sample = () => new Extension(declaration);
  const nothing = async () => undefined;
  /** With a route whose contract checks a parameter that its address has not, or not for it. */
  const readWith = (param: string) => {
    const path = "/stores/{storeId}/extensions/sample";
    const params = z.object({ [param]: z.string() });
    const read = { method: "get", path, params, summary: "x", access: "anyone", success: 200 } as const;
    sample().routes({ read } as never, { read: nothing } as never);
  };

  test.each<[string, () => unknown, string]>([
    ["a declaration that is none", () => new Extension({ name: "S" }), "extension.json: name"],
    [
      "a function without a subscription",
      () => sample().onEvents({}, "sample-too"),
      'no subscription goes to the function "sample-too"',
    ],
    [
      "no handler for a type",
      () => sample().onEvents({}),
      "lets through crema.order.ready.v1, for which there is no handler",
    ],
    [
      "a handler for another type",
      () => sample().onEvents({ "crema.order.ready.v1": nothing, "crema.order.queued.v1": nothing }),
      'there is a handler for crema.order.queued.v1, which the subscription "sample" does not let through',
    ],
    [
      "a workflow that is not declared",
      () => sample().orchestration("sample-way", function* () {}),
      'the orchestration "sample-way" is not declared',
    ],
    [
      "an activity that is not declared",
      () => sample().activity("sample-step", nothing),
      'the activity "sample-step" is not declared',
    ],
    [
      "an entity that is not declared",
      () => sample().entity("sample-sum", nothing),
      'the entity "sample-sum" is not declared',
    ],
    [
      "a timer that is not declared",
      () => sample().timer("sample-daily", "0 0 21 * * *", nothing),
      'the timer "sample-daily" is not declared',
    ],
    [
      "a parameter that its address does not have",
      () => readWith("day"),
      "the address /stores/{storeId}/extensions/sample has no {day}",
    ],
    [
      "a check of the store, which is not among the parameters that are given to it",
      () => readWith("storeId"),
      "the store of /stores/{storeId}/extensions/sample is checked already",
    ],
    [
      "the client of workflows, of which there are none",
      () => sample().workflows({} as never),
      "it has declared no orchestrations",
    ],
    ["notices that are not declared", () => sample().notices, '"notices" is not true'],
    [
      "a setting that is not declared",
      () => sample().setting("SITE_ORIGIN"),
      "the setting SITE_ORIGIN is not declared",
    ],
    [
      "an address of somebody else",
      () => {
        const read = {
          method: "get",
          path: "/stores/{storeId}",
          summary: "x",
          access: "anyone",
          success: 200,
        } as const;
        sample().routes({ read }, { read: nothing });
      },
      "the address /stores/{storeId} must be /stores/{storeId}/extensions/sample or begin with",
    ],
  ])("%s", (_, load, words) => {
    expect(load).toThrow(words);
  });

  test("a container of somebody else, or one that has no stores", async () => {
    await expect(sample().container("orders")).rejects.toThrow('the container "orders" is not declared');
    await expect(sample().changeOnce(ready, { id: "x" }, () => ({}))).rejects.toThrow("the partition key /storeId");
  });

  test("a setting has the value that is set, its default without, and is refused when it does not fit", () => {
    expect(sample().setting("SAMPLE_EVERY")).toBe("10");
    vi.stubEnv("SAMPLE_EVERY", "3");
    expect(sample().setting("SAMPLE_EVERY")).toBe("3");
    vi.stubEnv("SAMPLE_EVERY", "often");
    expect(() => sample().setting("SAMPLE_EVERY")).toThrow('SAMPLE_EVERY is "often"');
    vi.unstubAllEnvs();
  });
});
