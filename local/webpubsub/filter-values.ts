/** What a filter can ask about. */
export interface Filtered {
  readonly userId: string | undefined;
  readonly id: string;
  readonly groups: ReadonlySet<string>;
  readonly subprotocol?: string | undefined;
}

export type Type = "string" | "int" | "bool" | "null" | "collection";

/** A value while a filter is judged; null is also what comes of a function of null. */
export type Value = string | number | boolean | null | ReadonlySet<string>;

/** A part of a filter that gives a value. */
export interface Operand {
  type: Type;
  /** Whether it can be null although its type is another: what is made from the `userId`. */
  nullable: boolean;
  of(connection: Filtered): Value;
}

/** The names of a connection's properties; their case does not count. */
export const identifiers: Readonly<Record<string, Operand>> = {
  userid: { type: "string", nullable: true, of: ({ userId }) => userId ?? null },
  connectionid: { type: "string", nullable: false, of: ({ id }) => id },
  // Microsoft's emulator has it; the public grammar does not say so.
  protocol: { type: "string", nullable: true, of: ({ subprotocol }) => subprotocol ?? null },
  groups: { type: "collection", nullable: false, of: ({ groups }) => groups },
};

interface FilterFunction {
  takes: Type[];
  /** How many arguments must be there; the others may be left out. */
  least: number;
  gives: Type;
  of(...values: never[]): string | number | boolean;
}

const strings: Type[] = ["string", "string"];
const sub = (text: string, from: number, length = Number.POSITIVE_INFINITY) =>
  text.slice(Math.max(0, from), Math.max(0, from) + Math.max(0, length));

/** The functions of the service's public grammar. */
export const functions: Readonly<Record<string, FilterFunction>> = {
  tolower: { takes: ["string"], least: 1, gives: "string", of: (text: string) => text.toLowerCase() },
  toupper: { takes: ["string"], least: 1, gives: "string", of: (text: string) => text.toUpperCase() },
  trim: { takes: ["string"], least: 1, gives: "string", of: (text: string) => text.trim() },
  concat: { takes: strings, least: 2, gives: "string", of: (a: string, b: string) => a + b },
  substring: { takes: ["string", "int", "int"], least: 2, gives: "string", of: sub },
  contains: { takes: strings, least: 2, gives: "bool", of: (text: string, part: string) => text.includes(part) },
  startswith: { takes: strings, least: 2, gives: "bool", of: (text: string, part: string) => text.startsWith(part) },
  endswith: { takes: strings, least: 2, gives: "bool", of: (text: string, part: string) => text.endsWith(part) },
  indexof: { takes: strings, least: 2, gives: "int", of: (text: string, part: string) => text.indexOf(part) },
  // Of a text or of a collection: the parser lets both by.
  length: {
    ...{ takes: ["string"], least: 1, gives: "int" },
    of: (value: string | ReadonlySet<string>) => (typeof value === "string" ? value.length : value.size),
  },
};

export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";

/** Compares two values of one type. Nothing is greater or less than null, and null equals null only. */
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
