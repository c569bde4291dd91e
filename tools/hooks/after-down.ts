import { runHook, setEnvironment } from "./azd.ts";

/** After `azd down`: the budget is gone too. Azure accepts no new budget that begins in a past month, so the next one starts in its own month. */
await runHook(async () => setEnvironment("BUDGET_START", ""));
