/** The properties that a filter can use. */
export interface Filtered {
  readonly userId: string | undefined;
  readonly id: string;
  readonly groups: ReadonlySet<string>;
  readonly subprotocol?: string | undefined;
}

export type Type = "string" | "int" | "bool" | "null" | "collection";

/** A value during evaluation; a function of null is null. */
export type Value = string | number | boolean | null | ReadonlySet<string>;

/** A part of a filter that has a value. */
export interface Operand {
  type: Type;
  /** Whether it can be null despite its type, because it depends on `userId`. */
  nullable: boolean;
  /** Whether it is the result of a function. */
  made?: boolean;
  of(connection: Filtered): Value;
}

/** The properties of a connection by their case-insensitive names. */
export const identifiers: Readonly<Record<string, Operand>> = {
  userid: { type: "string", nullable: true, of: ({ userId }) => userId ?? null },
  connectionid: { type: "string", nullable: false, of: ({ id }) => id },
  // Supported by Microsoft's emulator, but not in the public grammar.
  protocol: { type: "string", nullable: true, of: ({ subprotocol }) => subprotocol ?? null },
  groups: { type: "collection", nullable: false, of: ({ groups }) => groups },
};

interface FilterFunction {
  takes: Type[];
  /** The number of required arguments. */
  least: number;
  gives: Type;
  of(...values: never[]): string | number | boolean | null;
  /** The result if some of the values are null; by default false for a Boolean function, and null for the others. */
  withNull?(values: readonly Value[]): Value;
}

const strings: Type[] = ["string", "string"];
/** A part of a text; null if the text has no such part. */
const sub = (text: string, from: number, length = text.length - from) =>
  from < 0 || length < 0 || from + length > text.length ? null : text.slice(from, from + length);

/** The functions of the service's public grammar. */
export const functions: Readonly<Record<string, FilterFunction>> = {
  tolower: { takes: ["string"], least: 1, gives: "string", of: (text: string) => text.toLowerCase() },
  toupper: { takes: ["string"], least: 1, gives: "string", of: (text: string) => text.toUpperCase() },
  trim: { takes: ["string"], least: 1, gives: "string", of: (text: string) => text.trim() },
  concat: {
    ...{ takes: strings, least: 2, gives: "string", of: (a: string, b: string) => a + b },
    withNull: ([a, b]) => a ?? b ?? null,
  },
  substring: { takes: ["string", "int", "int"], least: 2, gives: "string", of: sub },
  contains: { takes: strings, least: 2, gives: "bool", of: (text: string, part: string) => text.includes(part) },
  startswith: { takes: strings, least: 2, gives: "bool", of: (text: string, part: string) => text.startsWith(part) },
  endswith: { takes: strings, least: 2, gives: "bool", of: (text: string, part: string) => text.endsWith(part) },
  indexof: {
    ...{ takes: strings, least: 2, gives: "int", of: (text: string, part: string) => text.indexOf(part) },
    withNull: () => -1,
  },
  // Accepts a string or a collection: the parser allows both.
  length: {
    ...{ takes: ["string"], least: 1, gives: "int" },
    of: (value: string | ReadonlySet<string>) => (typeof value === "string" ? value.length : value.size),
  },
};

export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";

/** Compares two values. Nothing is greater or less than null, and null only equals null. */
export function compare(operator: Comparison, left: Value, right: Value): boolean {
  if (operator === "eq") return left === right;
  if (operator === "ne") return left !== right;
  if (left === null || right === null) return false;
  switch (operator) {
    case "gt":
      return left > right;
    case "ge":
      return left >= right;
    case "lt":
      return left < right;
    case "le":
      return left <= right;
  }
}
