/** Waits until all promises have settled, so that a failure stops no other work. @throws AggregateError with all errors */
export async function allEnded(works: readonly unknown[]): Promise<void> {
  const outcomes = await Promise.allSettled(works);
  throwAll(outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : [])));
}

/** @throws AggregateError with the messages of these errors, if there are any */
export function throwAll(failed: readonly unknown[]): void {
  if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join("; "));
}
