/** Where one-time codes arrive. */
export interface Inbox {
  /** The code in the newest message to a number, if any. */
  code(phone: string): Promise<string | undefined>;
}

/** The inbox page of a local Azure. @param address such as `http://localhost:4283/` */
export function localInbox(
  address: string,
  during: <T>(work: Promise<T>) => Promise<T> = (work) => work,
  ask: typeof fetch = fetch,
): Inbox {
  return {
    async code(phone) {
      const url = new URL(`api/messages?to=${encodeURIComponent(phone)}`, address);
      const messages = await during(
        ask(url).then((reply) => {
          if (!reply.ok) throw new Error(`The SMS inbox answered ${reply.status} at ${url.href}.`);
          return reply.json() as Promise<{ message: string }[]>;
        }),
      );
      return messages.flatMap(({ message }) => /\b(\d{6})\b/.exec(message)?.[1] ?? [])[0];
    },
  };
}
