import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/ordering.ts"),
  de: () => import("./de/ordering.ts"),
  es: () => import("./es/ordering.ts"),
  "zh-Hans": () => import("./zh-Hans/ordering.ts"),
  ar: () => import("./ar/ordering.ts"),
});

/** Words of whoever chooses, and of an order on its way. */
export const ordering = own("ordering");
