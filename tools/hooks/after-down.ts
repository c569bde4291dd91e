import { runHook, setEnvironment } from "./azd.ts";

/** After everything was taken down: the budget is gone too, and Azure takes no new one that begins in a month that is over, so the next one begins anew. */
await runHook(async () => setEnvironment("BUDGET_START", ""));
