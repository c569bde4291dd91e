import { test } from "vitest";
import { firstVisit } from "../../bench/first-visit.ts";
import { manyInstances } from "../../bench/instances.ts";
import { startTimes } from "../../bench/start.ts";
import { expectFigures, hearing, machineLine } from "./whole.ts";

test("a customer's first visit and the next", async () => {
  const { tell, expectLines } = hearing();
  expectFigures(await firstVisit({ runs: 1 }, tell));
  expectLines([
    "A customer's visit on a slow phone, median of 1: processor 4 times slower, 1.6 Mbit/s, 150 ms",
    machineLine,
    "first visit",
    "first visit, code scanned",
    "next one, with a service worker",
  ]);
});

test("starts, by a stopwatch and by what the programs say", async () => {
  const { tell, expectLines } = hearing();
  expectFigures(await startTimes({ runs: 1, before: 0 }, tell));
  expectLines(['From the command to "runs" or "ready", median of 1 start', "npm run local (an example)", "npm start"]);
});

test("the console's page of orchestrations", async () => {
  const { tell, expectLines } = hearing();
  await manyInstances(60, tell);
  expectLines([
    "60 instances, ",
    "first page: ",
    "last page: ",
    "by status: ",
    "by orchestrator: ",
    "by the beginning of the id: ",
    "stuck: ",
    "how many of each status: ",
    "one instance: ",
    "what falls due next: ",
    "in the browser, the page: ",
    "in the browser, the next fifty: ",
    "in the browser, one status: ",
    "in the browser, an instance: ",
  ]);
});
