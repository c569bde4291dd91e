const units: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration in milliseconds, from a number of milliseconds or a text such as `15 min`, `30 s`, `2 h`, `1 d`. @throws RangeError */
export function milliseconds(duration: number | string): number {
  if (typeof duration === "number") return duration;
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)\s*$/.exec(duration) ?? [];
  const factor = units[unit ?? ""];
  if (factor === undefined) {
    throw new RangeError(`"${duration}" is not a duration. Write it like 500 ms, 30 s, 15 min, 2 h or 1 d.`);
  }
  return Number(amount) * factor;
}

/** The seconds of the machine's time since `began` (ms since the epoch), as text. */
export const secondsSince = (began: number): string =>
  ((performance.timeOrigin + performance.now() - began) / 1000).toFixed(1);
