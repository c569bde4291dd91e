import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { readApplication } from "../../../local/application.ts";
import { type LocalAzure, startLocalAzure } from "../../../local/index.ts";
import { silentLog } from "../../../local/kernel/log.ts";
import { buildConsole } from "../../../tools/build-console.ts";
import { barriers } from "../../journeys/accessible.ts";
import { type devices, openBrowser, openDevice } from "../../journeys/browser.ts";

/** The console in a real browser, over the example application: what a stranger has before them. */
export class ConsoleAtWork {
  readonly azure: LocalAzure;
  readonly #browser: Browser;
  readonly #errors: string[][] = [];

  private constructor(azure: LocalAzure, browser: Browser) {
    this.azure = azure;
    this.#browser = browser;
  }

  static async open(): Promise<ConsoleAtWork> {
    const { port: _, ...talks } = readApplication(join(import.meta.dirname, "../../../local/examples/talks"));
    const heldAt = Date.parse("2026-06-15T10:00:00Z");
    const [azure, browser] = await Promise.all([
      startLocalAzure({ ...talks, heldAt, log: silentLog }),
      openBrowser(),
      buildConsole(),
    ]);
    return new ConsoleAtWork(azure, browser);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.azure.stop();
  }

  async page(name: string, device: keyof typeof devices = "desk"): Promise<Page> {
    const { context, errors } = await openDevice(this.#browser, device);
    this.#errors.push(errors);
    const page = await context.newPage();
    await page.goto(`${this.azure.controlUrl}#/${name}`);
    return page;
  }

  /** Sends a request to the application, with a key that opens all of it. */
  request(path: string, body?: unknown): Promise<Response> {
    const { functions } = this.azure;
    return fetch(`${functions?.origin}${path}`, {
      headers: { "x-functions-key": functions?.masterKey ?? "", "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
  }

  /** What the browsers complained of since the last time. A refusal that a test asks for is one line. */
  errors(): string[] {
    return this.#errors.splice(0).flat();
  }

  /** Fails where a page keeps people out, or is cut off at its side. */
  async isOpenToAll(page: Page): Promise<void> {
    const wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    expect({ barriers: await barriers(page), wide }).toEqual({ barriers: [], wide: false });
  }
}
