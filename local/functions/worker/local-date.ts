import { readSharedClock } from "../../kernel/clock.ts";

/**
 * Makes `Date` tell the local Azure's time in this thread: `Date.now()`, `new Date()` and `Date()` read the shared cells of its clock.
 * The prototype stays the built-in one, so dates made anywhere (by a structured clone, for one) are `instanceof Date` as ever.
 */
export function installLocalDate(shared: SharedArrayBuffer): void {
  const cells = new BigInt64Array(shared);
  const BuiltIn = Date;
  const machineTime = BuiltIn.now;
  const now = () => readSharedClock(cells, machineTime());
  function LocalDate(...parts: unknown[]): unknown {
    if (new.target === undefined) return new BuiltIn(now()).toString();
    const given = parts.length === 0 ? [now()] : parts;
    // No subclass, and no parts of a date: what comes to the same takes a third of the time.
    if (new.target === LocalDate && given.length === 1) return new BuiltIn(given[0] as number);
    return Reflect.construct(BuiltIn, given, new.target);
  }
  Object.defineProperties(LocalDate, {
    name: { value: "Date" },
    length: { value: 7 },
    prototype: { value: BuiltIn.prototype, writable: false },
    now: { value: now, writable: true, configurable: true },
    parse: { value: BuiltIn.parse, writable: true, configurable: true },
    UTC: { value: BuiltIn.UTC, writable: true, configurable: true },
  });
  Object.defineProperty(BuiltIn.prototype, "constructor", { value: LocalDate, writable: true, configurable: true });
  Object.defineProperty(globalThis, "Date", { value: LocalDate, writable: true, configurable: true });
}
