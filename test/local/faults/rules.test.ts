import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FaultRule, FaultRules } from "../../../local/faults/rules.ts";

const rule = (more: Partial<FaultRule> = {}): FaultRule => ({ service: "cosmos", harm: "refuse", ...more });

describe("a rule", () => {
  test("strikes where service, operation and name are its own, and is counted", () => {
    const rules = new FaultRules();
    rules.add(rule({ operation: "read", name: "shop/*" }));
    expect(rules.take("cosmos", "read", "shop/orders")?.harm).toBe("refuse");
    expect(rules.take("cosmos", "batch", "shop/orders")).toBeUndefined();
    expect(rules.take("cosmos", "read", "bar/orders")).toBeUndefined();
    expect(rules.take("sms", "read", "shop/orders")).toBeUndefined();
    expect(rules.list()).toMatchObject([{ id: 1, struck: 1 }]);
  });

  test("is gone when it has struck as often as it should", () => {
    const rules = new FaultRules();
    rules.add(rule({ times: 2 }));
    expect([1, 2, 3].map(() => rules.take("cosmos", "read", "a") !== undefined)).toEqual([true, true, false]);
    expect(rules.list()).toEqual([]);
  });

  test("delays until it is switched off, also when it has struck for the last time; others go on", async () => {
    const rules = new FaultRules();
    const [one, other] = [1, 2].map(() => rules.add(rule({ harm: "delay", milliseconds: 60_000, times: 1 })));
    const over: string[] = [];
    const [first, second] = [one, other].map(() => rules.take("cosmos", "read", "a"));
    if (first === undefined || second === undefined) return expect.unreachable();
    const waiting = [
      rules.delay(first).then(() => over.push("first")),
      rules.delay(second).then(() => over.push("second")),
    ];
    expect([rules.list(), over]).toEqual([[], []]);
    expect(rules.remove(first.id)).toBe(true);
    await waiting[0];
    expect(over).toEqual(["first"]);
    expect(rules.remove(first.id)).toBe(false);
    rules.clear();
    await waiting[1];
    expect(over).toEqual(["first", "second"]);
  });

  test("that strikes by chance strikes at the same requests for the same seed, and about as often as it says", () => {
    const run = (seed: number) => {
      const rules = new FaultRules();
      rules.seed = seed;
      rules.add(rule({ chance: 0.25 }));
      return Array.from({ length: 2000 }, () => rules.take("cosmos", "read", "a") !== undefined);
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const struck = run(7).filter(Boolean).length;
    expect(struck > 400 && struck < 600).toBe(true);
  });

  test("fits names as a pattern with stars does", () => {
    const part = fc.stringMatching(/^[ab/]{0,4}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^[ab/]{0,8}$/), (parts, name) => {
        const rules = new FaultRules();
        rules.add(rule({ name: parts.join("*") }));
        const wanted = new RegExp(`^${parts.join(".*")}$`).test(name);
        expect(rules.take("cosmos", "read", name) !== undefined).toBe(wanted);
      }),
    );
  });

  test.each([
    [{ service: "storage" as "sms" }, /no service "storage"/],
    [{ harm: "fail" as const }, /is not a fault of cosmos/],
    [{ status: 200 }, /from 400 to 599/],
    [{ times: 0 }, /times must be/],
    [{ milliseconds: 1.5 }, /milliseconds must be/],
    [{ chance: 0 }, /above 0/],
  ])("that is none is refused in words: %j", (more, words) => {
    expect(() => new FaultRules().add(rule(more))).toThrow(words);
  });
});
