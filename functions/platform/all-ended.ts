/** Waits until all of these have ended, so that what fails keeps nothing else from its turn. @throws AggregateError of what they threw */
export async function allEnded(works: readonly unknown[]): Promise<void> {
  const outcomes = await Promise.allSettled(works);
  throwAll(outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : [])));
}

/** @throws AggregateError that says what each of these says, where there are any */
export function throwAll(failed: readonly unknown[]): void {
  if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join("; "));
}
