import { app, type InvocationContext, type Timer } from "@azure/functions";

const note = (timer: Timer, context: InvocationContext) =>
  context.log(
    `ran ${new Date().toISOString()} ${JSON.stringify(timer)} retry ${context.retryContext?.retryCount ?? 0}`,
  );

app.timer("quarterly", { schedule: "0 */15 * * * *", handler: note });
app.timer("setting", { schedule: "%SCHEDULE%", handler: note });
app.timer("eager", { schedule: "0 0 3 * * *", runOnStartup: true, handler: note });
app.timer("often", { schedule: "*/20 * * * * *", handler: note });

app.timer("failing", {
  schedule: "0 0 13 * * *",
  retry: { strategy: "fixedDelay", delayInterval: { seconds: 30 }, maxRetryCount: 2 },
  handler: (timer, context) => {
    note(timer, context);
    throw new Error("out of order");
  },
});
