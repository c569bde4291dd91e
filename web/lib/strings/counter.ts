import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/counter.ts"),
  de: () => import("./de/counter.ts"),
  es: () => import("./es/counter.ts"),
  "zh-Hans": () => import("./zh-Hans/counter.ts"),
  ar: () => import("./ar/counter.ts"),
});

/** Words for orders that are taken at the counter. */
export const counter = own("counter");
/** Words for labels on cups. */
export const labels = own("labels");
