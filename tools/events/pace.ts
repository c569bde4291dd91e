/**
 * When each event of a replay is due, in ms after its beginning: its distance to the first event, divided by the speed. Without a speed all are due
 * at once. Pure, except that it remembers the first event.
 */
export function pace(speed: number | undefined): (time: string) => number {
  let first: number | undefined;
  return (time) => {
    const at = Date.parse(time);
    first ??= at;
    return speed === undefined ? 0 : Math.max(0, (at - first) / speed);
  };
}
