import type { Device } from "../../contracts/device.ts";
import { devices as words } from "./strings/devices.ts";
import { t } from "./text.ts";

/** A device's name as a person would say it: `Safari on iPad`. */
export function deviceText(device: Device | undefined): string {
  const { browser, system } = device ?? {};
  if (browser !== undefined && system !== undefined) return t(words.browserOn, { browser, system });
  return browser ?? system ?? words.unknown;
}
