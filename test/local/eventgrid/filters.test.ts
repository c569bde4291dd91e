import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AdvancedFilter, EventFilter } from "../../../local/eventgrid/declarations.ts";
import { compileFilter } from "../../../local/eventgrid/filters.ts";
import { anEvent, second, startReceiver, startTopic } from "./harness.ts";

const event = {
  id: "1",
  type: "crema.order.ready.v1",
  source: "/crema/orders",
  subject: "stores/S1/orders/o1",
  specversion: "1.0",
  sequence: 3,
  data: { price: 3.5, open: true, drink: "Flat White", nothing: null, tags: ["hot", "milk"], deep: { n: 1 } },
};
const matches = (filter: EventFilter) => compileFilter(filter)(event);
const advanced = (filter: AdvancedFilter, enableAdvancedFilteringOnArrays = false) =>
  matches({ advancedFilters: [filter], enableAdvancedFilteringOnArrays });

test("without a filter every event matches", () => {
  expect(compileFilter()(event)).toBe(true);
});

test("types are a list of which one must be the event's, whatever their case", () => {
  expect(matches({ includedEventTypes: ["other", "Crema.Order.Ready.v1"] })).toBe(true);
  expect(matches({ includedEventTypes: ["crema.order.ready"] })).toBe(false);
});

test("the subject's beginning and end ignore case unless told otherwise", () => {
  expect(matches({ subjectBeginsWith: "STORES/s1/", subjectEndsWith: "/O1" })).toBe(true);
  expect(matches({ subjectBeginsWith: "stores/s1/", isSubjectCaseSensitive: true })).toBe(false);
  expect(matches({ subjectBeginsWith: "stores/S1/", isSubjectCaseSensitive: true })).toBe(true);
  expect(matches({ subjectEndsWith: "/o2" })).toBe(false);
});

test("all advanced filters must agree, and one value of each is enough", () => {
  const drink = { operatorType: "StringIn", key: "data.drink", values: ["latte", "flat white"] } as const;
  const price = (value: number) => ({ operatorType: "NumberLessThan", key: "data.price", value }) as const;
  expect(matches({ advancedFilters: [drink, price(4)] })).toBe(true);
  expect(matches({ advancedFilters: [drink, price(3)] })).toBe(false);
});

test("keys reach attributes, extensions and nested data", () => {
  expect(advanced({ operatorType: "NumberIn", key: "sequence", values: [3] })).toBe(true);
  expect(advanced({ operatorType: "StringBeginsWith", key: "Source", values: ["/crema"] })).toBe(true);
  expect(advanced({ operatorType: "NumberIn", key: "data.deep.n", values: [1] })).toBe(true);
  expect(advanced({ operatorType: "NumberIn", key: "data.deep.N", values: [1] })).toBe(false);
});

test("id and type of a CloudEvent are found by the names that the documentation has for keys, and nothing is found that no event has", async () => {
  const { parts, grid, client, advance } = await startTopic();
  const receiver = await startReceiver(parts.clock, 200);
  const filters: [string, AdvancedFilter][] = [
    ["by-type", { operatorType: "StringBeginsWith", key: "eventtype", values: ["crema.order."] }],
    ["by-id", { operatorType: "StringIn", key: "EventId", values: ["1"] }],
    ["by-another", { operatorType: "StringIn", key: "eventtype", values: ["another"] }],
    ["by-inherited", { operatorType: "IsNotNull", key: "toString" }],
  ];
  const destination = { url: receiver.url };
  grid.subscribe(filters.map(([name, filter]) => ({ name, filter: { advancedFilters: [filter] }, destination })));
  await client.send([anEvent()]);
  await advance(second);
  const reached = receiver.received.map(({ headers }) => headers["aeg-subscription-name"]);
  expect(reached.sort()).toEqual(["BY-ID", "BY-TYPE"]);
  receiver.close();
  await grid.close();
  const ofTheGrid = { id: "1", eventType: "made", subject: "s" };
  const byType = compileFilter({ advancedFilters: [{ operatorType: "StringIn", key: "eventtype", values: ["made"] }] });
  expect(byType(ofTheGrid)).toBe(true);
});

describe("a missing key or null", () => {
  const many = (operatorType: string, values: unknown[]) =>
    ({ operatorType, key: "data.none", values }) as AdvancedFilter;
  test.each([
    [many("NumberNotIn", [1]), true],
    [many("StringNotIn", ["a"]), true],
    [many("StringNotContains", ["a"]), false],
    [many("StringNotBeginsWith", ["a"]), false],
    [many("StringNotEndsWith", ["a"]), false],
    [many("StringIn", ["a"]), false],
    [many("NumberIn", [1]), false],
    [{ operatorType: "NumberLessThan", key: "data.none", value: 1 } as const, false],
    [{ operatorType: "BoolEquals", key: "data.none", value: false } as const, false],
    [{ operatorType: "IsNullOrUndefined", key: "data.none" } as const, true],
    [{ operatorType: "IsNotNull", key: "data.none" } as const, false],
  ])("%j gives %j", (filter, expected) => {
    expect(advanced(filter)).toBe(expected);
    expect(advanced({ ...filter, key: "data.nothing" })).toBe(expected);
  });
});

test("arrays match nothing unless the subscription looks into them", () => {
  const hot = { operatorType: "StringIn", key: "data.tags", values: ["hot"] } as const;
  const notCold = { operatorType: "StringNotIn", key: "data.tags", values: ["cold"] } as const;
  expect([advanced(hot), advanced(notCold)]).toEqual([false, false]);
  expect([advanced(hot, true), advanced(notCold, true)]).toEqual([true, true]);
  expect(advanced({ ...notCold, values: ["cold", "milk"] }, true)).toBe(false);
});

/** The documentation's pseudo code, word for word: go through filter values and key values, MATCH or FAIL_MATCH. */
function naive(filter: AdvancedFilter, key: unknown, arrays: boolean): boolean {
  const { operatorType: op } = filter;
  if (op === "IsNullOrUndefined") return key === undefined || key === null;
  if (op === "IsNotNull") return key !== undefined && key !== null;
  if (key === undefined || key === null) return op === "NumberNotIn" || op === "StringNotIn";
  if (Array.isArray(key) && !arrays) return false;
  const keys: unknown[] = Array.isArray(key) ? key : [key];
  const values: unknown[] = "values" in filter ? [...filter.values] : "value" in filter ? [filter.value] : [];
  const fails = op.includes("Not");
  for (const value of values) {
    for (const each of keys) {
      let hit = false;
      if (op.startsWith("Number") && typeof each === "number") {
        if (op === "NumberIn" || op === "NumberNotIn") hit = each === value;
        if (op === "NumberLessThan") hit = each < Number(value);
        if (op === "NumberLessThanOrEquals") hit = each <= Number(value);
        if (op === "NumberGreaterThan") hit = each > Number(value);
        if (op === "NumberGreaterThanOrEquals") hit = each >= Number(value);
        if (op.endsWith("InRange") && Array.isArray(value)) hit = each >= value[0] && each <= value[1];
      }
      if (op.startsWith("String") && typeof each === "string") {
        const [text, part] = [each.toUpperCase(), String(value).toUpperCase()];
        if (op.endsWith("Contains")) hit = text.indexOf(part) >= 0;
        else if (op.endsWith("BeginsWith")) hit = text.slice(0, part.length) === part;
        else if (op.endsWith("EndsWith")) hit = part === "" || text.slice(-part.length) === part;
        else hit = text === part;
      }
      if (op === "BoolEquals") hit = each === value;
      if (hit) return !fails;
    }
  }
  return fails;
}

test("every operator agrees with a naive reading of the documentation", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "B", "b", "A"), maxLength: 3 });
  const number = fc.integer({ min: -2, max: 2 });
  const plain = fc.oneof(text, number, fc.boolean());
  const key = fc.oneof(plain, fc.constantFrom(null, undefined), fc.array(plain, { maxLength: 3 }));
  const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 });
  const strings = ["In", "NotIn", "Contains", "NotContains", "BeginsWith", "NotBeginsWith", "EndsWith", "NotEndsWith"];
  const filter = fc.oneof(
    fc.record({ operatorType: fc.constantFrom(...strings.map((name) => `String${name}`)), values: some(text) }),
    fc.record({ operatorType: fc.constantFrom("NumberIn", "NumberNotIn"), values: some(number) }),
    fc.record({
      operatorType: fc.constantFrom("NumberInRange", "NumberNotInRange"),
      values: some(fc.tuple(number, number)),
    }),
    fc.record({
      operatorType: fc.constantFrom(
        ...["LessThan", "LessThanOrEquals", "GreaterThan", "GreaterThanOrEquals"].map((name) => `Number${name}`),
      ),
      value: number,
    }),
    fc.record({ operatorType: fc.constant("BoolEquals"), value: fc.boolean() }),
    fc.record({ operatorType: fc.constantFrom("IsNotNull", "IsNullOrUndefined") }),
  );
  fc.assert(
    fc.property(filter, key, fc.boolean(), (shape, value, arrays) => {
      const subject = { ...shape, key: "data.k" } as AdvancedFilter;
      const compiled = compileFilter({ advancedFilters: [subject], enableAdvancedFilteringOnArrays: arrays });
      // An empty array has no value that agrees, so "Not" operators accept it and the others do not; so does the naive reading.
      expect(compiled({ data: { k: value } })).toBe(naive(subject, value, arrays));
    }),
    { numRuns: 3000 },
  );
});
