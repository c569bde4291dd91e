import { join } from "node:path";
import { readApplication } from "../local/application.ts";
import { startLocalAzure } from "../local/index.ts";
import { silentLog } from "../local/kernel/log.ts";
import { openBrowser } from "../test/journeys/browser.ts";
import { buildConsole } from "../tools/build-console.ts";
import { percentiles } from "./percentiles.ts";

/**
 * The console's page of orchestrations over 100,000 instances of the example application that wait for a decision, every thousandth terminated: what the API takes
 * for a page of them, and how long somebody waits. Takes minutes and 2.5 GB, so that `npm run bench` has it not: `node bench/instances.ts`.
 */
const count = Number(process.argv[2] ?? 100_000);
const { port: _, ...talks } = readApplication(join(import.meta.dirname, "../local/examples/talks"));
const heldAt = Date.parse("2026-06-15T10:00:00Z");
const [azure, browser] = await Promise.all([
  startLocalAzure({ ...talks, heldAt, log: silentLog }),
  openBrowser(),
  buildConsole(),
]);
const idOf = (n: number) => `review-${String(n).padStart(6, "0")}`;
const post = async (path: string, body: unknown) => {
  const reply = await fetch(`${azure.controlUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(await reply.text());
  await reply.arrayBuffer();
};
let next = 0;
const starter = async () => {
  for (let n = next++; n < count; n = next++) {
    const talk = { title: `Talk ${n}`, abstract: "words" };
    await post("durable/instances", { name: "review", id: idOf(n), input: { talk, days: 3 } });
  }
};
await Promise.all(Array.from({ length: 32 }, starter));
await azure.settle();
for (let n = 0; n < count; n += 1000) await post(`durable/instances/${idOf(n)}/terminate`, {});
await azure.settle();
console.log(`${count} instances, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);

const rows = "durable/instances?limit=50";
for (const [name, path] of Object.entries({
  "first page": rows,
  "last page": `${rows}&from=${count - 50}`,
  "by status": `${rows}&status=Terminated`,
  "by orchestrator": `${rows}&name=watch`,
  "by the beginning of the id": `${rows}&prefix=${idOf(count - 100).slice(0, -2)}`,
  stuck: `${rows}&stuck=true`,
  "how many of each status": "durable",
  "one instance": `durable/instances/${idOf(1)}`,
  "what falls due next": "clock/due",
})) {
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    const began = performance.now();
    await (await fetch(`${azure.controlUrl}${path}`)).arrayBuffer();
    times.push(performance.now() - began);
  }
  console.log(`${name}: ${percentiles(times)}`);
}

const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(azure.controlUrl);
const timed = async (what: string, act: () => Promise<unknown>, seen: string | RegExp) => {
  const began = performance.now();
  await act();
  await page.getByText(seen).waitFor();
  console.log(`in the browser, ${what}: ${Math.round(performance.now() - began)} ms`);
};
const press = (name: string | RegExp) => page.getByRole("button", { name }).click();
await timed("the page", () => page.goto(`${azure.controlUrl}#/durable`), /^1 to 50 of/);
await timed("the next fifty", () => press("Older"), /^51 to 100 of/);
await timed("one status", () => press(/^Terminated/), new RegExp(`^1 to \\d+ of ${Math.ceil(count / 1000)}$`));
await timed(
  "an instance",
  () =>
    page
      .getByRole("button", { name: /^review / })
      .first()
      .click(),
  "Started 15 Jun",
);
await browser.close();
await azure.stop();
