interface Reads {
  running: Promise<unknown>;
  /** The next read, which begins when the running one has ended. */
  next?: Promise<unknown>;
}

const reads = new Map<string, Reads>();

/**
 * Shares one read between concurrent callers. Nothing is cached: each caller gets the result of a read that began after the call. Callers that arrive
 * while a read is running share the next one. So a rush costs at most two reads per round trip.
 */
export function sharedRead<T>(key: string, read: () => Promise<T>): Promise<T> {
  const known = reads.get(key);
  if (known === undefined) {
    const running = read();
    reads.set(key, { running });
    const over = () => {
      if (reads.get(key)?.running === running) reads.delete(key);
    };
    running.then(over, over);
    return running;
  }
  known.next ??= known.running.then(
    () => sharedRead(key, read),
    () => sharedRead(key, read),
  );
  return known.next as Promise<T>;
}
