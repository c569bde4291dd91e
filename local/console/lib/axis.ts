/** An interval of time, in ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** An idle gap that is drawn shorter than it was. */
export interface Pause {
  /** The position, as a fraction of the axis. */
  readonly at: number;
  /** The real length, in ms. */
  readonly length: number;
}

export interface Axis {
  /** The position of a time, from 0 to 1. */
  place(time: number): number;
  readonly pauses: readonly Pause[];
}

/**
 * An axis that gives work enough space despite long gaps: a gap between two stretches that is longer than a share of the total
 * work is drawn as that share, and marked as a pause.
 */
export function axisOf(stretches: readonly Stretch[], share = 0.08): Axis {
  const busy = merged(stretches);
  const worked = busy.reduce((sum, { from, to }) => sum + (to - from), 0) || 1;
  const longest = worked * share;
  const knots: { time: number; drawn: number }[] = [];
  const cuts: { drawn: number; length: number }[] = [];
  let drawn = 0;
  for (const [n, { from, to }] of busy.entries()) {
    const gap = n === 0 ? 0 : from - (busy[n - 1]?.to ?? from);
    if (gap > longest) cuts.push({ drawn: drawn + longest / 2, length: gap });
    drawn += Math.min(gap, longest);
    knots.push({ time: from, drawn });
    drawn += to - from;
    knots.push({ time: to, drawn });
  }
  const whole = drawn || 1;
  return {
    pauses: cuts.map(({ drawn: at, length }) => ({ at: at / whole, length })),
    place: (time) => clamped(interpolated(knots, time) / whole),
  };
}

/** Sorted stretches, with touching ones merged. */
function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

function interpolated(knots: readonly { time: number; drawn: number }[], time: number): number {
  const after = knots.findIndex((knot) => knot.time >= time);
  if (after === -1) return knots.at(-1)?.drawn ?? 0;
  const right = knots[after];
  const left = knots[after - 1];
  if (right === undefined || left === undefined || right.time === left.time) return right?.drawn ?? 0;
  return left.drawn + ((time - left.time) / (right.time - left.time)) * (right.drawn - left.drawn);
}

const clamped = (value: number) => Math.min(1, Math.max(0, value));
