interface Reads {
  running: Promise<unknown>;
  /** Begins when the running one has ended. */
  next?: Promise<unknown>;
}

const reads = new Map<string, Reads>();

/**
 * Reads for all who want the same at the same time. Nothing is remembered: whoever asks is answered by a read that began after they asked, as if it were
 * their own. While one runs, those who come wait for the next, which is one for all of them: a rush costs two reads a round trip, however many ask.
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
