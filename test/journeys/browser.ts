import chromium from "@sparticuz/chromium";
import { type Browser, type BrowserContext, chromium as playwright } from "playwright-core";

/**
 * A real Chromium from an npm package: nothing to install, nothing to download. It is packed for places where it may have one process only;
 * with these arguments it would end when the first context closes.
 */
const notHere = ["--single-process", "--no-zygote"];
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
    args: [...chromium.args.filter((argument) => !notHere.includes(argument)), "--no-sandbox", ...quiet],
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

/** A context of its own for a person with one of the devices; what goes wrong in its pages is collected in `errors`. */
export async function openDevice(
  browser: Browser,
  device: keyof typeof devices,
): Promise<{ context: BrowserContext; errors: string[] }> {
  const context = await browser.newContext({ ...devices[device], locale: "en-GB", timezoneId: "Europe/Berlin" });
  const errors: string[] = [];
  context.on("weberror", (error) => errors.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  return { context, errors };
}
