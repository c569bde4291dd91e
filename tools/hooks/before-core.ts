import { createInterface } from "node:readline/promises";
import { runHook, setEnvironment } from "./azd.ts";
import { channelWarning, settle } from "./choices.ts";

/** Before the core layer: asks for values that have no default, checks the given ones, and stores both. */
await runHook(async () => {
  const { adminPhone, budgetStart } = await settle(process.env, new Date(), process.stdin.isTTY ? ask : undefined);
  setEnvironment("FIRST_ADMIN_PHONE", adminPhone);
  setEnvironment("BUDGET_START", budgetStart);
  const warning = channelWarning(process.env);
  if (warning) process.stdout.write(warning);
});

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
