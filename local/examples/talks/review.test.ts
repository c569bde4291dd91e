import { expect, test } from "vitest";
import { runOrchestrator, startTestStack } from "../../testing/index.ts";
import { review } from "./src/review.js";

const talk = { title: "Timers without waiting", abstract: "How to test what takes three days." };
const input = { talk, days: 3 };
const entities = { tally: () => undefined };

test("a talk that a person accepts is accepted, with the average of the reviewers", async () => {
  const result = await runOrchestrator(review, {
    input,
    activities: { askReviewer: ({ reviewer }: { reviewer: string }) => (reviewer === "tone" ? 2 : 5) },
    entities,
    events: [{ name: "decision", data: { accept: true }, after: "2 h" }],
  });
  expect(result).toMatchObject({ status: "Completed", output: { result: "accepted", average: 4 } });
  expect(result.calls.at(-1)).toMatchObject({ name: "tally", operation: "accepted" });
  expect(result.elapsed).toBe(2 * 60 * 60_000);
});

test("after three days without a decision it has expired", async () => {
  const result = await runOrchestrator(review, { input, activities: { askReviewer: () => 3 }, entities });
  expect(result.output).toEqual({ result: "expired", average: 3 });
  expect(result.elapsed).toBe(3 * 24 * 60 * 60_000);
});

test("a reviewer who fails once is asked again", async () => {
  let asked = 0;
  const askReviewer = () => {
    if (asked++ === 0) throw new Error("at lunch");
    return 4;
  };
  const result = await runOrchestrator(review, { input, activities: { askReviewer }, entities });
  expect(result.output).toMatchObject({ average: 4 });
  expect(result.calls.filter(({ name }) => name === "askReviewer")).toHaveLength(4);
});

test("the whole application: submitted, reviewed, killed, decided, counted", async () => {
  await using stack = await startTestStack({ app: import.meta.dirname, at: "2026-06-15T09:00:00Z" });
  const submitted = await stack.fetch("/api/talks", { method: "POST", body: JSON.stringify(talk) });
  expect(submitted.status).toBe(202);
  const { id } = (await submitted.json()) as { id: string };
  await stack.waitFor(id, ({ customStatus }) => JSON.stringify(customStatus).includes("decision"));

  await stack.kill();
  await stack.restart({ after: "1 d" });
  await stack.raiseEvent(id, "decision", { accept: false });
  const { output } = await stack.waitFor(id, "Completed");
  expect(output).toMatchObject({ result: "declined" });
  expect(await (await stack.fetch("/api/tally")).json()).toEqual({ accepted: 0, declined: 1, expired: 0 });
});

test("reviewers who fail three times each fail the review, after the pauses between", async () => {
  await using stack = await startTestStack({ app: import.meta.dirname, at: "2026-06-15T09:00:00Z" });
  await stack.failActivity("askReviewer", { message: "no time", times: 9 });
  const id = await stack.startInstance("review", input);
  const { output } = await stack.waitFor(id, "Failed", { within: "1 min" });
  expect(output).toContain("no time");
});
