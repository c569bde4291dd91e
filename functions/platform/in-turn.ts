const turns = new Map<string, Promise<unknown>>();

/**
 * Runs `work` after what was given before it for the same key, in this process. It makes nothing safe (conditional writes do, across
 * all processes); it keeps many who want the same document from failing each other's condition again and again.
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
