import type { OrchestrationContext, Task } from "durable-functions";
import { df, plain } from "./application.ts";
import "./recorded-activities.ts";

/** The application that was recorded on the real host, as far as the recordings let one see it. */

type Steps = Generator<Task, unknown, never>;

/** How the application differed from one recording to the next. */
export const variant = {
  /** The name of the event that `everything` waits for in a round. */
  eventName: (_round: number) => "approve",
};

df.app.activity("fetchThing", { handler: (input: unknown) => ({ echoed: input, list: [1, 2, 3], s: "ünïcødé ✓" }) });

export const counter = (key: string) => new df.EntityId("counter", key);
df.app.entity("counter", (context) => {
  const { df: own } = context;
  const value = own.getState(() => 0) as number;
  if (own.operationName === "add") {
    own.setState(value + (own.getInput() as number));
    own.return(value + (own.getInput() as number));
  }
  if (own.operationName === "get") own.return(value);
  if (own.operationName === "reset") own.setState(0);
  if (own.operationName === "relay") own.signalEntity(counter(own.getInput() as string), "add", 7);
  if (own.operationName === "boom") throw new Error("entity boom");
});

df.app.orchestration("seq3", function* (context): Steps {
  const greetings: string[] = [];
  for (const name of ["x", "y", "z"]) greetings.push(yield context.df.callActivity("say", name) as Task);
  return greetings;
});
df.app.orchestration("waiter", function* (context): Steps {
  const x: unknown = yield context.df.waitForExternalEvent("go");
  return { x };
});
df.app.orchestration("anyAllEvents", function* (context): Steps {
  const both = ["a", "b"].map((name) => context.df.waitForExternalEvent(name));
  return yield context.df.Task.all(both) as Task;
});
df.app.orchestration(
  "failThrow",
  plain(() => {
    throw new Error("orchestrator boom");
  }),
);
df.app.orchestration("failActivity", function* (context): Steps {
  return yield context.df.callActivity("flaky", { key: context.df.instanceId, times: 99 });
});
df.app.orchestration("catchActivity", function* (context): Steps {
  try {
    yield context.df.callActivity("flaky", { key: context.df.instanceId, times: 1 });
  } catch (error) {
    return { caught: (error as Error).message, name: (error as Error).name };
  }
  return undefined;
});
df.app.orchestration("retryExhaust", function* (context): Steps {
  const options = new df.RetryOptions(200, 3);
  options.backoffCoefficient = 2;
  return yield context.df.callActivityWithRetry("flaky", options, { key: context.df.instanceId, times: 99 });
});
df.app.orchestration("failSub", function* (context): Steps {
  return yield context.df.callSubOrchestrator("failThrow");
});
df.app.orchestration("entityError", function* (context): Steps {
  try {
    yield context.df.callEntity(counter("err"), "boom");
  } catch (error) {
    return { caught: (error as Error).message };
  }
  return undefined;
});
df.app.orchestration("nonDeterministicAction", function* (context): Steps {
  return yield context.df.callActivity("noSuchActivity");
});
df.app.orchestration("failOnceForRewind", function* (context): Steps {
  yield context.df.callActivity("say", "before");
  return yield context.df.callActivity("flaky", { key: context.df.instanceId, times: 1 });
});
df.app.orchestration("http", function* (context): Steps {
  const { port } = context.df.getInput() as { port: number };
  const { statusCode, content, headers }: { statusCode: number; content?: string; headers: object } =
    yield context.df.callHttp({ method: "GET", url: `http://127.0.0.1:${port}/api/ok` }) as Task;
  return { statusCode, content, headers };
});
df.app.orchestration("longTimer", function* (context): Steps {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3000));
  return context.df.currentUtcDateTime;
});
df.app.orchestration("child", function* (context): Steps {
  const r: unknown = yield context.df.callActivity("fetchThing", context.df.getInput());
  return { child: true, id: context.df.instanceId, parent: context.df.parentInstanceId, r };
});
df.app.orchestration("flakyChild", function* (context): Steps {
  return yield context.df.callActivity("flaky", context.df.getInput());
});
df.app.orchestration("everything", function* ({ df: own }: OrchestrationContext): Steps {
  const { round } = own.getInput() as { round: number };
  const id = own.instanceId;
  const later = (milliseconds: number) => new Date(own.currentUtcDateTime.getTime() + milliseconds);
  own.setCustomStatus({ stage: "activity", round });
  const a: unknown = yield own.callActivity("fetchThing", { x: 1, nested: { y: "z" } });
  own.setCustomStatus({ stage: "retry", round });
  const options = new df.RetryOptions(1000, 3);
  const b: unknown = yield own.callActivityWithRetry("flaky", options, { key: `${id}${round}`, times: 1 });
  yield own.createTimer(later(1500));
  const fan: unknown = yield own.Task.all(["a", "b", "c"].map((name) => own.callActivity("say", name))) as never;
  const sub: unknown = yield own.callSubOrchestrator("child", { from: id }, `${id}-child${round}`);
  const subAuto: unknown = yield own.callSubOrchestrator("child", { auto: true });
  const input = { key: `sub${id}${round}`, times: 1 };
  const subRetry: unknown = yield own.callSubOrchestratorWithRetry("flakyChild", options, input, `${id}-fc${round}`);
  const entity = counter(`k-${id}`);
  own.signalEntity(entity, "reset");
  const c1: unknown = yield own.callEntity(entity, "add", 5);
  own.signalEntity(entity, "add", 10);
  const c2: unknown = yield own.callEntity(entity, "get");
  own.setCustomStatus({ stage: "waiting", round });
  const event = own.waitForExternalEvent(variant.eventName(round));
  const timer = own.createTimer(later(120_000));
  const winner: unknown = yield own.Task.any([event, timer]) as never;
  if (winner === event) timer.cancel();
  if (round < 1) {
    own.continueAsNew({ round: round + 1 });
    return undefined;
  }
  own.setCustomStatus("finished");
  return { a, b, fan, sub, subAuto, subRetry, c1, c2, evres: event.result, round };
});
