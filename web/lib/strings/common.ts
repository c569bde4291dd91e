import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/common.ts"),
  de: () => import("./de/common.ts"),
  es: () => import("./es/common.ts"),
  "zh-Hans": () => import("./zh-Hans/common.ts"),
  ar: () => import("./ar/common.ts"),
});

/** Words that all apps share. */
export const common = own("common");
export const live = own("live");
export const errors = own("errors");
