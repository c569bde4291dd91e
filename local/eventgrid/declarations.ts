import {
  checkDelivery,
  checkDestination,
  checkRange,
  type DeliverySettings,
  type Destination,
} from "./delivery-settings.ts";
import type { InputSchema } from "./schema.ts";

/** Filters that compare a single value, in the format of Bicep's `advancedFilters`. */
export type OneValueFilter =
  | { operatorType: NumberComparison; key: string; value: number }
  | { operatorType: "BoolEquals"; key: string; value: boolean };

/** Filters that compare several values. */
export type ManyValuesFilter =
  | { operatorType: "NumberIn" | "NumberNotIn"; key: string; values: readonly number[] }
  | { operatorType: "NumberInRange" | "NumberNotInRange"; key: string; values: readonly (readonly [number, number])[] }
  | { operatorType: StringOperator; key: string; values: readonly string[] };

export type AdvancedFilter =
  | OneValueFilter
  | ManyValuesFilter
  | { operatorType: "IsNullOrUndefined" | "IsNotNull"; key: string };

export type NumberComparison =
  | "NumberLessThan"
  | "NumberLessThanOrEquals"
  | "NumberGreaterThan"
  | "NumberGreaterThanOrEquals";

export type StringOperator =
  | "StringIn"
  | "StringNotIn"
  | "StringContains"
  | "StringNotContains"
  | "StringBeginsWith"
  | "StringNotBeginsWith"
  | "StringEndsWith"
  | "StringNotEndsWith";

export interface EventFilter {
  includedEventTypes?: readonly string[];
  subjectBeginsWith?: string;
  subjectEndsWith?: string;
  isSubjectCaseSensitive?: boolean;
  advancedFilters?: readonly AdvancedFilter[];
  enableAdvancedFilteringOnArrays?: boolean;
}

export interface RetryPolicy {
  /** 1 to 30; default 30. */
  maxDeliveryAttempts?: number;
  /** 1 to 1440; default 1440. */
  eventTimeToLiveInMinutes?: number;
}

/** One event subscription, in the terms of Bicep's `eventSubscriptions`. */
export interface SubscriptionDeclaration extends DeliverySettings {
  name: string;
  filter?: EventFilter;
  retry?: RetryPolicy;
  destination: Destination;
}

/**
 * @param inputSchema the topic's input schema, if declared.
 * @throws TypeError that says which of Azure's limits the declaration exceeds.
 */
export function checkDeclaration(declaration: SubscriptionDeclaration, inputSchema?: InputSchema): void {
  const { name, filter = {}, retry = {} } = declaration;
  const refuse = (why: string): never => {
    throw new TypeError(`Event subscription '${name}': ${why}`);
  };
  if (!/^[A-Za-z0-9-]{3,64}$/.test(name)) refuse("a name has 3 to 64 letters, digits and hyphens.");
  checkDestination(declaration.destination, refuse);
  checkDelivery(declaration, inputSchema, refuse);
  checkMembers("filter", filter, filterMembers, refuse);
  checkMembers("retry", retry, { maxDeliveryAttempts: "number", eventTimeToLiveInMinutes: "number" }, refuse);
  checkRange(retry.maxDeliveryAttempts, 30, "maxDeliveryAttempts", refuse);
  checkRange(retry.eventTimeToLiveInMinutes, 1440, "eventTimeToLiveInMinutes", refuse);
  const types: readonly unknown[] = filter.includedEventTypes ?? [""];
  if (types.length === 0) refuse("includedEventTypes is empty; leave it out to get all types.");
  if (!types.every((type) => typeof type === "string")) refuse("includedEventTypes must be a list of strings.");
  const filters = filter.advancedFilters ?? [];
  if (filters.length > 25) refuse(`${filters.length} advanced filters; at most 25 are allowed.`);
  let count = 0;
  for (const each of filters) {
    const problem = problemOf(each);
    if (problem !== undefined) refuse(`${each?.operatorType} on '${each?.key}': ${problem}`);
    count += "values" in each ? each.values.length : "value" in each ? 1 : 0;
  }
  if (count > 25) refuse(`${count} filter values in all; at most 25 are allowed.`);
}

/** The members of a filter and their types. */
const filterMembers: Readonly<Record<string, string>> = {
  includedEventTypes: "list",
  subjectBeginsWith: "string",
  subjectEndsWith: "string",
  isSubjectCaseSensitive: "boolean",
  advancedFilters: "list",
  enableAdvancedFilteringOnArrays: "boolean",
};

/** Declarations may come from data: a misspelt member would let all events pass. */
function checkMembers(
  what: string,
  value: unknown,
  members: Readonly<Record<string, string>>,
  refuse: (why: string) => never,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(`${what} must be an object.`);
  for (const [name, given] of Object.entries(value as object) as [string, unknown][]) {
    const type = Object.hasOwn(members, name) ? members[name] : undefined;
    if (type === undefined) refuse(`${what} has no member '${name}'; it has ${Object.keys(members).join(", ")}.`);
    if (given === undefined) continue;
    const is = Array.isArray(given) ? "list" : typeof given;
    if (is !== type) refuse(`${what}.${name} must be a ${type}.`);
  }
}

/** Declarations may come from data, so types are checked as well as limits. */
function problemOf(filter: AdvancedFilter): string | undefined {
  if (typeof filter !== "object" || filter === null || typeof filter.key !== "string")
    return "it needs a string 'key'.";
  const unknown = Object.keys(filter).find((name) => !["operatorType", "key", "value", "values"].includes(name));
  if (unknown !== undefined)
    return `there is no member '${unknown}'; the members are operatorType, key, value and values.`;
  if (filter.key === "" || filter.key.split(".").includes("")) return "the key has an empty part.";
  const { operatorType, value, values } = filter as { operatorType: string; value?: unknown; values?: unknown };
  if (operatorType === "IsNullOrUndefined" || operatorType === "IsNotNull") {
    return value === undefined && values === undefined ? undefined : "it takes neither value nor values.";
  }
  if (operatorType === "BoolEquals") return typeof value === "boolean" ? undefined : "it needs a boolean 'value'.";
  if (/^Number(Less|Greater)Than(OrEquals)?$/.test(operatorType)) {
    return typeof value === "number" ? undefined : "it needs a number 'value'.";
  }
  const element = elementCheck(operatorType);
  if (element === undefined) return "there is no such operator.";
  if (!Array.isArray(values) || values.length === 0) return "it needs a list 'values' that is not empty.";
  return values.every(element.check) ? undefined : `each of 'values' must be ${element.name}.`;
}

function elementCheck(operatorType: string): { name: string; check: (value: unknown) => boolean } | undefined {
  if (/^Number(Not)?In$/.test(operatorType)) return { name: "a number", check: (value) => typeof value === "number" };
  if (/^Number(Not)?InRange$/.test(operatorType)) {
    return {
      name: "a pair of numbers [from, to]",
      check: (value) => Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === "number"),
    };
  }
  if (/^String(Not)?(In|Contains|BeginsWith|EndsWith)$/.test(operatorType)) {
    return {
      name: "a string of at most 512 characters",
      check: (value) => typeof value === "string" && value.length <= 512,
    };
  }
  return undefined;
}
