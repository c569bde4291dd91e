import type { Device } from "../../contracts/device.ts";

/** Who has several of these says the first: a browser names those whose pages it wants to be given, too. */
const browsers: [RegExp, string][] = [
  [/\bEdg(A|iOS)?\//, "Edge"],
  [/\b(OPR|OPiOS|OPT)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bSilk\//, "Silk"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bDuckDuckGo\//, "DuckDuckGo"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/\bTizen\b|\bSMART-TV\b/, "Samsung TV"],
  [/\bweb0?s\b/i, "LG TV"],
  [/\bAFT[A-Z]/, "Fire TV"],
  [/\bCrKey\b/, "Chromecast"],
  [/\bAppleTV\b|\bApple TV\b/, "Apple TV"],
  [/\bAndroid\b.*\b(TV|BRAVIA)\b/, "Android TV"],
  [/\bVIDAA\b|\bHbbTV\b/, "TV"],
  [/\biPad\b/, "iPad"],
  [/\biPhone\b|\biPod\b/, "iPhone"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMacintosh\b/, "Mac"],
  [/\bLinux (armv\d|aarch64)/, "Raspberry Pi"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

/**
 * What a person would call the thing that a browser runs on. Pure. Only this is kept, and nothing of what else a browser tells of itself.
 * @param touch whether it has a touch screen: no Mac has one
 */
export function deviceOf(userAgent: string | null, touch = false): Device {
  // Longer than the header of any browser: do not scan it.
  const told = userAgent !== null && userAgent.length <= 1_000 ? userAgent : "";
  const browser = browsers.find(([sign]) => sign.test(told))?.[1];
  const system = systems.find(([sign]) => sign.test(told))?.[1];
  return { ...(browser && { browser }), ...(system && { system: system === "Mac" && touch ? "iPad" : system }) };
}
