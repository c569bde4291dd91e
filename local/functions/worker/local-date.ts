import { readSharedClock } from "../../kernel/clock.ts";

/**
 * Makes `Date` use the local Azure's time in this thread: `Date.now()`, `new Date()` and `Date()` read the shared cells of its clock.
 * The prototype stays the built-in one, so all dates (for example from a structured clone) are still `instanceof Date`.
 */
export function installLocalDate(shared: SharedArrayBuffer): void {
  const cells = new BigInt64Array(shared);
  const BuiltIn = Date;
  const machineTime = BuiltIn.now;
  const now = () => readSharedClock(cells, machineTime());
  function LocalDate(...parts: unknown[]): unknown {
    if (new.target === undefined) return new BuiltIn(now()).toString();
    const given = parts.length === 0 ? [now()] : parts;
    // No subclass, and a single argument: the equivalent direct call takes a third of the time.
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
