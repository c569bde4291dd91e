import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/ordering.ts"),
  de: () => import("./de/ordering.ts"),
  es: () => import("./es/ordering.ts"),
  "zh-Hans": () => import("./zh-Hans/ordering.ts"),
  ar: () => import("./ar/ordering.ts"),
});

/** Texts for choosing a drink and for an open order. */
export const ordering = own("ordering");
