const turns = new Map<string, Promise<unknown>>();

/**
 * Runs `work` after all earlier work for the same key in this process. This is only an optimisation: it avoids that requests for the same document
 * fail each other's conditions again and again. Correctness across processes comes from conditional writes.
 */
export function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(key) ?? Promise.resolve()).then(work, work);
  turns.set(key, mine);
  const end = () => {
    if (turns.get(key) === mine) turns.delete(key);
  };
  mine.then(end, end);
  return mine;
}
