interface Port<T> {
  postMessage(messages: T[]): void;
}

/** The maximum number of messages posted together. If a long turn was posted as one, each thread would wait while the other works. */
export const mostTogether = 8;

/** Posts messages as one. If one of them cannot be cloned, the others are still posted, and `unsent` is called for that one. */
export function postTogether<T>(port: Port<T>, messages: T[], unsent: (message: T, error: Error) => void): void {
  try {
    port.postMessage(messages);
  } catch (error) {
    const [message] = messages;
    if (messages.length > 1) for (const one of messages) postTogether(port, [one], unsent);
    else if (message !== undefined) unsent(message, error as Error);
  }
}
