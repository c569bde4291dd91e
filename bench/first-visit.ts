import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { BrowserContext, Page } from "playwright-core";
import { freePorts } from "../test/free-ports.ts";
import { devices, openBrowser } from "../test/journeys/browser.ts";
import { Stand } from "../test/system/stand.ts";
import { buildWeb, builtSite } from "../tools/build-web.ts";
import { ofAssets, stampSite } from "../web/stamp.ts";
import { hardware } from "./machine.ts";
import { print, type Tell } from "./tell.ts";

/** A slow phone on a slow network. */
const slow = { processor: 4, latency: 150, bytesPerSecond: 1_600_000 / 8 };

/** For the first possible action: the times (ms after navigation) at which it was usable, and at which anything was painted. */
export interface Visits {
  usable: number[];
  painted: number[];
  bytes: number[];
}

/**
 * A customer's first visit on a slow phone (processor four times slower, 1.6 Mbit/s, 150 ms), and the next one, with the service worker in place. The
 * pages are served as Azure serves them, compressed with Brotli. The CLI of Static Web Apps is not used, because it compresses nothing. Chromium's
 * throttling leaves out the round trips that open a connection, and the phone's memory.
 * @param site the site to measure instead of the build
 */
export async function firstVisit(
  { runs, site = builtSite }: { runs: number; site?: string },
  tell: Tell = print,
): Promise<Record<"passing" | "scanned" | "again", Visits>> {
  if (site === builtSite) buildWeb();
  const port = await freePorts();
  const origin = `http://localhost:${port}`;
  const [stand, browser] = [await Stand.open({ siteOrigin: origin }), await openBrowser()];
  const folder = mkdtempSync(join(tmpdir(), "crema-first-visit-"));
  const push = stand.azure.webPubSub.endpoint.replace("http", "ws").replace(/\/$/, "");
  stampSite(site, folder, { api: stand.api, push, store: stand.storeId, site: origin });
  const server = await serve(folder, port);
  const none = (): Visits => ({ usable: [], painted: [], bytes: [] });
  const found = { passing: none(), scanned: none(), again: none() };
  try {
    const { code } = await (await stand.display()).get<{ code: string }>("/code");
    for (let run = 0; run < runs; run++) {
      const passing = await browser.newContext(devices.phone);
      await visit(passing, origin, "main .dock button", found.passing);
      const page = await passing.newPage();
      await page.goto(origin);
      await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
      await page.close();
      await visit(passing, origin, "main .dock button", found.again);
      await passing.close();
      const scanned = await browser.newContext(devices.phone);
      await visit(scanned, `${origin}/?code=${code}`, "main input[type=tel]", found.scanned);
      await scanned.close();
    }
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    await stand.close();
    rmSync(folder, { recursive: true, force: true });
  }

  const line = ({ usable, painted, bytes }: Visits) =>
    `usable ${median(usable)} ms (worst ${Math.max(...usable).toFixed(0)}), first paint ${median(painted)} ms, ${median(bytes.map((all) => all / 1024))} KB`;
  tell(`A customer's visit on a slow phone, median of ${runs}: processor 4 times slower, 1.6 Mbit/s, 150 ms
(${hardware()})

  first visit                        ${line(found.passing)}
  first visit, code scanned          ${line(found.scanned)}
  next one, with a service worker    ${line(found.again)}
`);
  return found;
}

const median = (all: number[]): string =>
  ([...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN).toFixed(0);

/** Opens an address and waits until an element there is usable. */
async function visit(context: BrowserContext, address: string, wanted: string, visits: Visits): Promise<void> {
  const page: Page = await context.newPage();
  const session = await context.newCDPSession(page);
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: slow.latency,
    downloadThroughput: slow.bytesPerSecond,
    uploadThroughput: slow.bytesPerSecond,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: slow.processor });
  // Checked in the page's own frames, so that the check costs the page nothing.
  await page.addInitScript(`globalThis.usable = new Promise((told) => {
    const look = () => document.querySelector(${JSON.stringify(wanted)}) ? told(performance.now()) : requestAnimationFrame(look);
    look();
  })`);
  await page.goto(address, { waitUntil: "commit" });
  visits.usable.push(await page.evaluate<number>("usable"));
  // An element may be usable a frame before it is painted.
  visits.painted.push(
    await page.evaluate<number>(`new Promise((told) => {
      const look = (list) => {
        const [first] = list.getEntriesByName("first-contentful-paint");
        if (first !== undefined) told(first.startTime);
      };
      new PerformanceObserver(look).observe({ type: "paint", buffered: true });
    })`),
  );
  visits.bytes.push(bytes);
  await page.close();
}

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};
const compressed = new Set([".html", ".js", ".css", ".json", ".svg", ".webmanifest"]);

/** Serves a stamped site as Azure does: Brotli for texts, and the headers of its own configuration. */
async function serve(folder: string, port: number): Promise<Server> {
  const { globalHeaders } = JSON.parse(readFileSync(join(folder, "staticwebapp.config.json"), "utf8")) as {
    globalHeaders: Record<string, string>;
  };
  const packed = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const file = join(folder, pathname === "/" ? "index.html" : pathname);
    const kind = extname(file);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const assets = pathname.startsWith("/assets/") ? { "cache-control": ofAssets } : {};
    const headers = { ...globalHeaders, ...assets, "content-type": types[kind] ?? "application/octet-stream" };
    if (!compressed.has(kind)) response.writeHead(200, headers).end(readFileSync(file));
    else {
      const small = packed.get(file) ?? brotliCompressSync(readFileSync(file));
      packed.set(file, small);
      response.writeHead(200, { ...headers, "content-encoding": "br" }).end(small);
    }
  });
  await new Promise<void>((done) => server.listen(port, "localhost", done));
  return server;
}
