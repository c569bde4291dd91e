import chromium from "@sparticuz/chromium";
import { type Browser, type BrowserContext, chromium as playwright } from "playwright-core";

/** A real Chromium from an npm package: nothing to install, nothing to download. It is packed for another kind of place; not all its arguments are for tests. */
const notHere = [
  // With one process for all, it would end when the first context closes.
  "--single-process",
  "--no-zygote",
  // The graphics change the environment while other threads read it, which glibc does not allow: now and then the browser would crash at its start.
  "--in-process-gpu",
  // A machine without a graphics card would play one, for every frame of every page that is open: the browser draws by itself several times as fast.
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
  // The browser is to hold to what customers' browsers hold to: origins, CORS, no mixed content.
  "--disable-web-security",
  "--allow-running-insecure-content",
  "--disable-site-isolation-trials",
];
/** Without them Chromium asks for hosts that do not exist on a machine without internet, and waits for them. */
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      ...chromium.args.filter((argument) => !notHere.includes(argument)),
      "--no-sandbox",
      "--disable-gpu",
      ...quiet,
    ],
    // What it would set by itself, with its threads running: what is there already is not moved.
    env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: "disabled:", FC_FONTATIONS: "1" },
    headless: true,
  });
}

/** The devices that the screens are made for. */
export const devices = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  tablet: { viewport: { width: 1280, height: 800 }, hasTouch: true },
  monitor: { viewport: { width: 1920, height: 1080 } },
  portrait: { viewport: { width: 1080, height: 1920 } },
  desk: { viewport: { width: 1280, height: 800 } },
} as const;

/** A context of its own for a person with one of the devices; what goes wrong in its pages is collected in `errors`. `timezoneId`: what its clocks are set to; `locale`: its language. */
export async function openDevice(
  browser: Browser,
  device: keyof typeof devices,
  timezoneId = "Europe/Berlin",
  locale = "en-GB",
): Promise<{ context: BrowserContext; errors: string[] }> {
  const context = await browser.newContext({ ...devices[device], locale, timezoneId });
  const errors: string[] = [];
  context.on("weberror", (error) => errors.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  return { context, errors };
}
