import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/devices.ts"),
  de: () => import("./de/devices.ts"),
  es: () => import("./es/devices.ts"),
  "zh-Hans": () => import("./zh-Hans/devices.ts"),
  ar: () => import("./ar/devices.ts"),
});

/** Texts about where somebody is signed in. */
export const devices = own("devices");
/** Texts of the admin app for pairing a display. */
export const pair = own("pair");
