import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { customer as words } from "../../web/lib/strings/customer.ts";
import config from "../../web/vite.config.ts";
import type { Person } from "../system/person.ts";
import { customerPhone } from "../system/stand.ts";
import { Journey, text } from "./journey.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T08:16:30Z");

let visit: Journey;
let display: Person;
let bar: Person;
let built: string;
beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "crema-next-"));
  visit = await Journey.begin({ heldAt: morning });
  [display, bar] = [await visit.stand.display(), await visit.stand.barista()];
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("pocket");
});
afterAll(async () => {
  await visit?.end();
  rmSync(built, { recursive: true, force: true });
});

/** The page is under the service worker's care, and all that it keeps is in place. */
async function cared(page: Page): Promise<void> {
  await page.evaluate("navigator.serviceWorker.ready");
  await expect.poll(() => page.evaluate("navigator.serviceWorker.controller?.state")).toBe("activated");
}

/** A phone that has scanned, signed in, and is about to choose. */
async function choosing(customer: number): Promise<Page> {
  const { url } = await display.get<{ url: string }>("/code");
  const phone = await visit.open("phone", url);
  await visit.signIn(phone, customerPhone(customer));
  await text(phone, words.chooseTitle).waitFor();
  return phone;
}

/** That there was no network, the browser notes as errors; we do not. */
const troubles = () =>
  visit.troubles.splice(0).filter((trouble) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(trouble));

async function orderLatte(phone: Page): Promise<void> {
  await phone.getByText("Latte", { exact: true }).click();
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByRole("button", { name: "Order Latte" }).click();
}

test("without a network the app opens with what it showed last, and goes on when the network is back", async () => {
  const phone = await choosing(70);
  await orderLatte(phone);
  const heading = phone.getByRole("heading", { name: new RegExp(`1 ${words.inQueue}`) });
  await heading.waitFor();
  await cared(phone);
  await phone.context().setOffline(true);
  await phone.reload();
  await heading.waitFor();
  await text(phone, /^Offline: last seen 10:16/).waitFor();
  await visit.examine(phone, "customer-offline");
  // Of the API and of who is signed in nothing is kept but what the page itself keeps.
  const kept = await phone.evaluate<string[]>(
    "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys())))).then((all) => all.flat().map(({ url }) => url))",
  );
  expect(kept.length).toBeGreaterThan(8);
  for (const address of kept)
    expect(address.replace(visit.origin, "")).toMatch(/^\/(assets\/[\w-]+\.(js|css|woff2|svg)|config\.json)?$/);
  const [order] = await visit.stand.board(bar);
  await bar.command(order?.id ?? "", "ready");
  await visit.stand.settle();
  await phone.context().setOffline(false);
  await text(phone, words.ready).waitFor();
  await phone.context().close();
  expect(troubles()).toEqual([]);
});

test("a new version takes over at the next opening: who is choosing goes on with the one that they have", async () => {
  const phone = await choosing(71);
  await cared(phone);
  await phone.getByText("Latte", { exact: true }).click();
  const next = words.chooseTitle.replace("?", " today?");
  await build({
    ...config,
    mode: "production",
    configFile: false,
    logLevel: "error",
    plugins: [
      ...(config.plugins ?? []),
      {
        name: "next",
        transform: (code) => (code.includes(words.chooseTitle) ? code.replace(words.chooseTitle, next) : undefined),
      },
    ],
    build: { ...config.build, outDir: built },
  });
  visit.deploy(built);
  const before = await phone.evaluate<string[]>("caches.keys()");
  await phone.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())");
  await expect.poll(() => phone.evaluate<string[]>("caches.keys()")).toHaveLength(before.length + 1);
  await expect.poll(() => phone.evaluate("navigator.serviceWorker.controller?.state")).toBe("activated");
  expect(await phone.getByRole("radio", { name: /Latte/ }).isChecked()).toBe(true);
  await phone.reload();
  await text(phone, next).waitFor();
  await orderLatte(phone);
  await text(phone, words.inQueue).waitFor();
  // And without a network, the new one.
  await cared(phone);
  await phone.context().setOffline(true);
  await phone.reload();
  await text(phone, words.inQueue).waitFor();
  await phone.context().close();
  expect(troubles()).toEqual([]);
});
