import { join } from "node:path";
import type { Page } from "playwright-core";
import { readApplication } from "../local/application.ts";
import { type LocalAzure, startLocalAzure } from "../local/index.ts";
import { silentLog } from "../local/kernel/log.ts";
import { openBrowser } from "../test/journeys/browser.ts";
import { buildConsole } from "../tools/build-console.ts";
import { many } from "./many.ts";
import { percentiles } from "./percentiles.ts";
import { print, type Tell } from "./tell.ts";

const pageOf = 50;
const idOf = (n: number) => `review-${String(n).padStart(6, "0")}`;

/**
 * The console's page of orchestrations with `count` instances of the example application that wait for a decision, every thousandth of them
 * terminated. Measures the API call for a page of them, and how long a person waits. With 100,000 instances it takes minutes and 2.5 GB, so it is not
 * part of `npm run bench`: `node bench/instances.ts`.
 * @param count more than one page of the console
 */
export async function manyInstances(count: number, tell: Tell = print): Promise<void> {
  const { port: _, ...talks } = readApplication(join(import.meta.dirname, "../local/examples/talks"));
  const heldAt = Date.parse("2026-06-15T10:00:00Z");
  await buildConsole();
  const azure = await startLocalAzure({ ...talks, heldAt, log: silentLog });
  try {
    await fill(azure, count);
    tell(`${count} instances, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
    await askApi(azure, count, tell);
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await askConsole(page, azure.controlUrl, count, tell);
    } finally {
      await browser.close();
    }
  } finally {
    await azure.stop();
  }
}

async function fill(azure: LocalAzure, count: number): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const reply = await fetch(`${azure.controlUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(await reply.text());
    await reply.arrayBuffer();
  };
  await many(count, 32, (n) => {
    const talk = { title: `Talk ${n}`, abstract: "words" };
    return post("durable/instances", { name: "review", id: idOf(n), input: { talk, days: 3 } });
  });
  await azure.settle();
  for (let n = 0; n < count; n += 1000) await post(`durable/instances/${idOf(n)}/terminate`, {});
  await azure.settle();
}

async function askApi({ controlUrl }: LocalAzure, count: number, tell: Tell): Promise<void> {
  const rows = `durable/instances?limit=${pageOf}`;
  for (const [name, path] of Object.entries({
    "first page": rows,
    "last page": `${rows}&from=${count - pageOf}`,
    "by status": `${rows}&status=Terminated`,
    "by orchestrator": `${rows}&name=watch`,
    "by the beginning of the id": `${rows}&prefix=${idOf(count - 1).slice(0, -2)}`,
    stuck: `${rows}&stuck=true`,
    "how many of each status": "durable",
    "one instance": `durable/instances/${idOf(1)}`,
    "what falls due next": "clock/due",
  })) {
    const times: number[] = [];
    for (let n = 0; n < 20; n++) {
      const began = performance.now();
      const reply = await fetch(`${controlUrl}${path}`);
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${path} was answered with ${reply.status}: ${text}`);
      times.push(performance.now() - began);
    }
    tell(`${name}: ${percentiles(times)}`);
  }
}

async function askConsole(page: Page, controlUrl: string, count: number, tell: Tell): Promise<void> {
  await page.goto(controlUrl);
  const timed = async (what: string, act: () => Promise<unknown>, seen: string | RegExp) => {
    const began = performance.now();
    await act();
    await page.getByText(seen).waitFor();
    tell(`in the browser, ${what}: ${Math.round(performance.now() - began)} ms`);
  };
  const press = (name: string | RegExp) => page.getByRole("button", { name }).click();
  const terminated = Math.ceil(count / 1000);
  await timed("the page", () => page.goto(`${controlUrl}#/durable`), /^1 to 50 of/);
  await timed("the next fifty", () => press("Older"), /^51 to \d+ of/);
  await timed(
    "one status",
    () => press(/^Terminated/),
    new RegExp(`^1 to ${Math.min(terminated, pageOf)} of ${terminated}$`),
  );
  await timed(
    "an instance",
    () =>
      page
        .getByRole("button", { name: /^review / })
        .first()
        .click(),
    "Started 15 Jun",
  );
}

if (process.argv[1] === import.meta.filename) await manyInstances(100_000);
