import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/later.ts"),
  de: () => import("./de/later.ts"),
  es: () => import("./es/later.ts"),
  "zh-Hans": () => import("./zh-Hans/later.ts"),
  ar: () => import("./ar/later.ts"),
});

/** Texts of the customer's app that no first screen needs. */
export const later = own("later");
