import { type BuiltIn, define } from "./built-in.ts";
import type { Value } from "./values.ts";

const ofNumber = (run: (number: number) => number): BuiltIn =>
  define(1, 1, ([number]) => (typeof number === "number" ? run(number) : undefined));
const ofTwoNumbers = (run: (a: number, b: number) => number): BuiltIn =>
  define(2, 2, ([a, b]) => (typeof a === "number" && typeof b === "number" ? run(a, b) : undefined));

/** If our calculation overflows or gives NaN, the result is undefined. */
const finite = (value: number): Value => (Number.isFinite(value) ? value : undefined);

/** An integer of 64 bits. */
const integer = (value: Value): bigint | undefined =>
  typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 2 ** 63 ? BigInt(value) : undefined;

/** A function of 64-bit integers, which wraps around; a number that is not an integer makes the result undefined. */
const ofIntegers = (run: (a: bigint, b: bigint) => bigint | undefined): BuiltIn =>
  define(2, 2, ([left, right]) => {
    const a = integer(left);
    const b = integer(right);
    const result = a === undefined || b === undefined ? undefined : run(a, b);
    return result === undefined ? undefined : Number(BigInt.asIntN(64, result));
  });

/** A shift by more than 64 bits has the result of a shift by 64. */
const shift = (by: bigint): bigint | undefined => (by < 0n ? undefined : by > 64n ? 64n : by);

/** Rounds half away from zero: 2.5 becomes 3 and -2.5 becomes -3. */
const half = (number: number): number => Math.sign(number) * Math.round(Math.abs(number));

export const mathFunctions: Record<string, BuiltIn> = {
  ABS: ofNumber(Math.abs),
  ACOS: ofNumber(Math.acos),
  ASIN: ofNumber(Math.asin),
  ATAN: ofNumber(Math.atan),
  ATN2: ofTwoNumbers(Math.atan2),
  CEILING: ofNumber(Math.ceil),
  COS: ofNumber(Math.cos),
  COT: ofNumber((angle) => 1 / Math.tan(angle)),
  DEGREES: ofNumber((radians) => (radians * 180) / Math.PI),
  EXP: ofNumber(Math.exp),
  FLOOR: ofNumber(Math.floor),
  INTADD: ofIntegers((a, b) => a + b),
  INTBITAND: ofIntegers((a, b) => a & b),
  INTBITLEFTSHIFT: ofIntegers((a, b) => {
    const by = shift(b);
    return by === undefined ? undefined : a << by;
  }),
  INTBITNOT: define(1, 1, ([value]) => {
    const bits = integer(value);
    return bits === undefined ? undefined : Number(~bits);
  }),
  INTBITOR: ofIntegers((a, b) => a | b),
  INTBITRIGHTSHIFT: ofIntegers((a, b) => {
    const by = shift(b);
    return by === undefined ? undefined : a >> by;
  }),
  INTBITXOR: ofIntegers((a, b) => a ^ b),
  INTDIV: ofIntegers((a, b) => (b === 0n ? undefined : a / b)),
  INTMOD: ofIntegers((a, b) => (b === 0n ? undefined : a % b)),
  INTMUL: ofIntegers((a, b) => a * b),
  INTSUB: ofIntegers((a, b) => a - b),
  LOG: define(1, 2, (args) => {
    const [number, base = Math.E] = args;
    if (typeof number !== "number" || typeof base !== "number" || (args.length > 1 && args[1] === undefined)) {
      return undefined;
    }
    if (base === 10) return Math.log10(number);
    return args.length > 1 ? Math.log(number) / Math.log(base) : Math.log(number);
  }),
  LOG10: ofNumber(Math.log10),
  NUMBERBIN: define(1, 2, (args) => {
    const [number, size = 1] = args;
    if (typeof number !== "number" || typeof size !== "number" || (args.length > 1 && args[1] === undefined)) {
      return undefined;
    }
    // Rounded, because the product of a count and, say, 0.1 has spurious digits.
    return size === 0 ? undefined : finite(Number((Math.floor(number / size) * size).toPrecision(15)));
  }),
  PI: define(0, 0, () => Math.PI),
  POWER: ofTwoNumbers((base, exponent) => base ** exponent),
  RADIANS: ofNumber((degrees) => (degrees * Math.PI) / 180),
  RAND: define(0, 0, (_, { random }) => random()),
  ROUND: define(1, 2, (args) => {
    const [number, digits = 0] = args;
    if (typeof number !== "number" || typeof digits !== "number" || (args.length > 1 && args[1] === undefined)) {
      return undefined;
    }
    if (!Number.isFinite(number)) return number;
    const scale = 10 ** digits;
    return finite(half(number * scale) / scale);
  }),
  SIGN: ofNumber(Math.sign),
  SIN: ofNumber(Math.sin),
  SQRT: ofNumber(Math.sqrt),
  SQUARE: ofNumber((number) => number * number),
  TAN: ofNumber(Math.tan),
  TRUNC: ofNumber(Math.trunc),
};
