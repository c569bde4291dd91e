import * as df from "durable-functions";

/** The orchestrations that are measured. */

df.app.activity("echo", { handler: (input: unknown) => input });

/** Returns its start time on the machine's monotonic clock in ms, which is the same in every process. */
df.app.activity("mark", { handler: () => Number(process.hrtime.bigint()) / 1e6 });

df.app.orchestration("three", function* (context) {
  const results: unknown[] = [];
  for (let step = 0; step < 3; step++) results.push(yield context.df.callActivity("echo", step));
  return results;
});

/** Waits for an event or a deadline repeatedly, as an application that tracks something does. */
df.app.orchestration("sleeper", function* (context) {
  const deadline = new Date(context.df.currentUtcDateTime.getTime() + 24 * 3600 * 1000);
  for (;;) {
    const timer = context.df.createTimer(deadline);
    const event = context.df.waitForExternalEvent("wake");
    const winner: df.Task = yield context.df.Task.any([event, timer]);
    if (winner === timer) return "expired";
    timer.cancel();
    yield context.df.callActivity("mark");
  }
});

/** The workflow that other durable engines run for comparison: an event, a step, the end. */
df.app.orchestration("cycle", function* (context) {
  yield context.df.waitForExternalEvent("wake");
  yield context.df.callActivity("mark");
});

/** Like `sleeper`, without a timer: its history grows with every event. */
df.app.orchestration("long", function* (context) {
  for (;;) {
    yield context.df.waitForExternalEvent("wake");
    yield context.df.callActivity("mark");
  }
});

df.app.orchestration("timers", function* (context) {
  const { count, minutes } = context.df.getInput() as { count: number; minutes: number };
  const due = new Date(context.df.currentUtcDateTime.getTime() + minutes * 60_000);
  yield context.df.Task.all(Array.from({ length: count }, () => context.df.createTimer(due)));
  return count;
});
