import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/display.ts"),
  de: () => import("./de/display.ts"),
  es: () => import("./es/display.ts"),
  "zh-Hans": () => import("./zh-Hans/display.ts"),
  ar: () => import("./ar/display.ts"),
});

/** Words of the overhead display. */
export const display = own("display");
