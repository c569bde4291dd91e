import * as df from "durable-functions";
import { names } from "./reviewers.js";

const day = 24 * 60 * 60_000;

/** Asks every reviewer at once, then waits for a person's decision, but not for ever. */
export function* review(context) {
  const { talk, days } = context.df.getInput();
  const retry = new df.RetryOptions(5_000, 3);
  const scores = yield context.df.Task.all(
    names.map((reviewer) => context.df.callActivityWithRetry("askReviewer", retry, { reviewer, talk })),
  );
  const average = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  context.df.setCustomStatus({ waitingFor: "decision", average });

  const late = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + days * day));
  const decision = context.df.waitForExternalEvent("decision");
  const first = yield context.df.Task.any([decision, late]);
  // An orchestration is not over while one of its timers runs.
  if (first === decision) late.cancel();
  const result = first === late ? "expired" : decision.result.accept ? "accepted" : "declined";

  context.df.signalEntity(new df.EntityId("tally", "talks"), result);
  context.df.setCustomStatus({ average });
  return { result, average };
}

df.app.orchestration("review", review);
