import type { Device } from "../../contracts/device.ts";
import { devices as words } from "./strings/devices.ts";
import { t } from "./text.ts";

/** What a person would call a device: `Safari on iPad`. */
export function deviceText(device: Device | undefined): string {
  const { browser, system } = device ?? {};
  if (browser !== undefined && system !== undefined) return t(words.browserOn, { browser, system });
  return browser ?? system ?? words.unknown;
}
