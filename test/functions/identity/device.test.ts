import { expect, test } from "vitest";
import { deviceOf } from "../../../functions/identity/device.ts";

const webKit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0";

test.each([
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${webKit} Version/18.1 Mobile/15E148 Safari/604.1`,
    "Safari on iPhone",
  ],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Version/18.1 Safari/605.1.15`, "Safari on Mac"],
  [
    `Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) ${webKit} CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1`,
    "Chrome on iPad",
  ],
  ["Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox on Android"],
  [
    `Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-X210) ${chrome.replace("Chrome", "SamsungBrowser/27.0 Chrome")} Safari/537.36`,
    "Samsung Internet on Android",
  ],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/130.0.0.0`, "Edge on Windows"],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${chrome} Safari/537.36`, "Chrome on ChromeOS"],
  [
    `Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) ${webKit.replace("605.1.15", "537.36")} 94.0.4606.31/7.0 TV Safari/537.36`,
    "Safari on Samsung TV",
  ],
  [`Mozilla/5.0 (Web0S; Linux/SmartTV) ${chrome.replace("130", "108")} Safari/537.36 WebAppManager`, "Chrome on LG TV"],
  [`Mozilla/5.0 (Linux; Android 11; AFTKM) ${chrome} Safari/537.36 Silk/130.3`, "Silk on Fire TV"],
  [`Mozilla/5.0 (Linux; Android 12; BRAVIA VH2) ${chrome} Safari/537.36`, "Chrome on Android TV"],
  [`Mozilla/5.0 (X11; Linux aarch64) ${chrome} Safari/537.36`, "Chrome on Raspberry Pi"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"],
  ["curl/8.5.0", ""],
  ["x".repeat(1_001), ""],
])("%s is %s", (userAgent, said) => {
  const { browser, system } = deviceOf(userAgent);
  expect([browser, system].filter(Boolean).join(" on ")).toBe(said);
});

test("an iPad says that it is a Mac, but for its touch screen; nothing at all is nothing", () => {
  const mac = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Version/18.1 Safari/605.1.15`;
  expect(deviceOf(mac, true)).toEqual({ browser: "Safari", system: "iPad" });
  expect(deviceOf(null)).toEqual({});
});
