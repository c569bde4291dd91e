import type { AdvancedFilter, EventFilter, StringOperator } from "./declarations.ts";

type Predicate = (event: Record<string, unknown>) => boolean;

/**
 * Compiles a subscription's filter to a predicate. Types, subject and advanced filters must all match.
 * Works with both schemas: the type is `type` or `eventType`.
 */
export function compileFilter(filter: EventFilter = {}): Predicate {
  const tests = testsOf(filter).map(({ test }) => test);
  return (event) => tests.every((test) => test(event));
}

/** The conditions of a filter that an event does not fulfil, in words; empty if it matches. */
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

/** Operators that match if the key is absent; all others do not, including the remaining "Not" operators. */
const agreesWithMissing = new Set<string>(["NumberNotIn", "StringNotIn", "IsNullOrUndefined"]);

function advancedTest(filter: AdvancedFilter, onArrays: boolean): Predicate {
  const path = filter.key.split(".");
  const accepts = valueTest(filter);
  // A "Not" operator fails if any value matches its positive counterpart, so it is implemented as the negation.
  const negative = /Not(In|InRange|Contains|BeginsWith|EndsWith)$/.test(filter.operatorType);
  return (event) => {
    const found = lookUp(event, path) ?? named(event, filter.key);
    if (found === undefined || found === null) return agreesWithMissing.has(filter.operatorType);
    if (filter.operatorType === "IsNotNull") return true;
    if (filter.operatorType === "IsNullOrUndefined") return false;
    if (Array.isArray(found)) {
      // Without this option Event Grid does not look into arrays, and treats the event as not matching.
      if (!onArrays) return false;
      return found.some(accepts) !== negative;
    }
    return accepts(found) !== negative;
  };
}

/** CloudEvents attributes by the names in the documentation of filters, which are those of the specification before 1.0. */
const documented = new Map([
  ["eventid", "id"],
  ["eventtype", "type"],
]);

/** A CloudEvents attribute by its documented name. */
function named(event: Record<string, unknown>, key: string): unknown {
  const name = documented.get(lower(key));
  return name !== undefined && "specversion" in event ? event[name] : undefined;
}

/** The value at a dotted key. The first part is an envelope attribute, which is case-insensitive. */
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

/** The positive form of an operator for one value; a value of another type never matches. */
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
