interface Port<T> {
  postMessage(messages: T[]): void;
}

/** So many go at once, the others of a turn after them: with all of a long turn in one, each thread would wait while the other works. */
export const mostTogether = 8;

/** Posts messages as one. When one of them holds what cannot be cloned, the others are still posted, and `unsent` is told of that one. */
export function postTogether<T>(port: Port<T>, messages: T[], unsent: (message: T, error: Error) => void): void {
  try {
    port.postMessage(messages);
  } catch (error) {
    const [message] = messages;
    if (messages.length > 1) for (const one of messages) postTogether(port, [one], unsent);
    else if (message !== undefined) unsent(message, error as Error);
  }
}
