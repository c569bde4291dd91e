import type { AdvancedFilter, EventFilter, StringOperator } from "./declarations.ts";

type Predicate = (event: Record<string, unknown>) => boolean;

/**
 * Makes one test of an event out of a subscription's filter. Types, subject and advanced filters must all agree.
 * Works on both schemas: the type is `type` or `eventType`.
 */
export function compileFilter(filter: EventFilter = {}): Predicate {
  const tests = testsOf(filter).map(({ test }) => test);
  return (event) => tests.every((test) => test(event));
}

/** What of a filter an event does not fulfil, in words; nothing when it fulfils all of it. */
export function whyNot(filter: EventFilter = {}, event: Record<string, unknown>): string[] {
  return testsOf(filter)
    .filter(({ test }) => !test(event))
    .map(({ what }) => what);
}

function testsOf(filter: EventFilter): { what: string; test: Predicate }[] {
  const tests: { what: string; test: Predicate }[] = [];
  const { includedEventTypes: types, subjectBeginsWith, subjectEndsWith } = filter;
  const fold = filter.isSubjectCaseSensitive ? (text: string) => text : lower;
  if (types) tests.push({ what: `the type is not one of ${types.join(", ")}`, test: typeTest(types) });
  if (subjectBeginsWith) {
    const test: Predicate = (event) => fold(subjectOf(event)).startsWith(fold(subjectBeginsWith));
    tests.push({ what: `the subject does not begin with ${subjectBeginsWith}`, test });
  }
  if (subjectEndsWith) {
    const test: Predicate = (event) => fold(subjectOf(event)).endsWith(fold(subjectEndsWith));
    tests.push({ what: `the subject does not end with ${subjectEndsWith}`, test });
  }
  for (const each of filter.advancedFilters ?? []) {
    const { key, operatorType, ...values } = each;
    const what = [key, operatorType, ...Object.values(values).map((value) => JSON.stringify(value))].join(" ");
    tests.push({
      what: `${what} is not satisfied`,
      test: advancedTest(each, filter.enableAdvancedFilteringOnArrays === true),
    });
  }
  return tests;
}

const lower = (text: string) => text.toLowerCase();
const subjectOf = (event: Record<string, unknown>) => (typeof event.subject === "string" ? event.subject : "");

function typeTest(types: readonly string[]): Predicate {
  const wanted = new Set(types.map(lower));
  if (wanted.has("all")) return () => true;
  return (event) => wanted.has(lower(String(event.type ?? event.eventType)));
}

/** Operators that agree when the event has no such key; all others, the remaining "Not" ones included, do not. */
const agreesWithMissing = new Set<string>(["NumberNotIn", "StringNotIn", "IsNullOrUndefined"]);

function advancedTest(filter: AdvancedFilter, onArrays: boolean): Predicate {
  const path = filter.key.split(".");
  const accepts = valueTest(filter);
  // "Not" operators fail when any value agrees with their positive twin, so they are that twin, turned round.
  const negative = /Not(In|InRange|Contains|BeginsWith|EndsWith)$/.test(filter.operatorType);
  return (event) => {
    const found = lookUp(event, path) ?? named(event, filter.key);
    if (found === undefined || found === null) return agreesWithMissing.has(filter.operatorType);
    if (filter.operatorType === "IsNotNull") return true;
    if (filter.operatorType === "IsNullOrUndefined") return false;
    if (Array.isArray(found)) {
      // Without the switch Event Grid cannot look into an array and takes the event for one that does not match.
      if (!onArrays) return false;
      return found.some(accepts) !== negative;
    }
    return accepts(found) !== negative;
  };
}

/** Attributes of CloudEvents by the names that the documentation of filters has for them, those of the specification before 1.0. */
const documented = new Map([
  ["eventid", "id"],
  ["eventtype", "type"],
]);

/** An attribute of a CloudEvent whose key is such a name. */
function named(event: Record<string, unknown>, key: string): unknown {
  const name = documented.get(lower(key));
  return name !== undefined && "specversion" in event ? event[name] : undefined;
}

/** The value at a dotted key. The first part is an attribute of the envelope, whose case does not matter. */
export function lookUp(event: Record<string, unknown>, path: readonly string[]): unknown {
  const [first = "", ...rest] = path;
  const name = Object.hasOwn(event, first) ? first : Object.keys(event).find((key) => lower(key) === lower(first));
  let value: unknown = name === undefined ? undefined : event[name];
  for (const part of rest) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** The positive form of an operator for one value; a value of another type is never accepted. */
function valueTest(filter: AdvancedFilter): (value: unknown) => boolean {
  switch (filter.operatorType) {
    case "NumberLessThan":
      return (value) => typeof value === "number" && value < filter.value;
    case "NumberLessThanOrEquals":
      return (value) => typeof value === "number" && value <= filter.value;
    case "NumberGreaterThan":
      return (value) => typeof value === "number" && value > filter.value;
    case "NumberGreaterThanOrEquals":
      return (value) => typeof value === "number" && value >= filter.value;
    case "BoolEquals":
      return (value) => value === filter.value;
    case "NumberIn":
    case "NumberNotIn":
      return (value) => typeof value === "number" && filter.values.includes(value);
    case "NumberInRange":
    case "NumberNotInRange":
      return (value) => typeof value === "number" && filter.values.some(([from, to]) => value >= from && value <= to);
    case "IsNotNull":
    case "IsNullOrUndefined":
      return () => true;
    default:
      return stringTest(filter.operatorType, filter.values);
  }
}

function stringTest(operatorType: StringOperator, values: readonly string[]): (value: unknown) => boolean {
  const wanted = values.map(lower);
  const agrees = (text: string, part: string) => {
    if (operatorType.endsWith("Contains")) return text.includes(part);
    if (operatorType.endsWith("BeginsWith")) return text.startsWith(part);
    if (operatorType.endsWith("EndsWith")) return text.endsWith(part);
    return text === part;
  };
  return (value) => typeof value === "string" && wanted.some((part) => agrees(lower(value), part));
}
