import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/stores.ts"),
  de: () => import("./de/stores.ts"),
  es: () => import("./es/stores.ts"),
  "zh-Hans": () => import("./zh-Hans/stores.ts"),
  ar: () => import("./ar/stores.ts"),
});

/** Words about several stores, for those who run them. */
export const stores = own("stores");
