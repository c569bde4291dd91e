import { df } from "./application.ts";

/** Activities of the application that was recorded on the real host. */

const attempts = new Map<string, number>();
/** Lets every `flaky` begin at its first attempt. */
export const forgetAttempts = () => attempts.clear();

df.app.activity("say", { handler: (name: string) => `Hello, ${name}!` });
df.app.activity("flaky", {
  handler: ({ key, times }: { key: string; times: number }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= times) throw new Error(`flaky failed #${attempt}`);
    return { ok: true, attempts: attempt };
  },
});
