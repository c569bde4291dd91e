/** The rows to render of a long list with rows of equal height: those in view, and some more on either side. */
export function rowsInView(
  { top, height, row }: { top: number; height: number; row: number },
  count: number,
  beyond = 6,
): { first: number; end: number } {
  const first = Math.min(Math.max(0, Math.floor(top / row) - beyond), Math.max(0, count - 1));
  return { first, end: Math.min(count, Math.ceil((top + height) / row) + beyond) };
}
