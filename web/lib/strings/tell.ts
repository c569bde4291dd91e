import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/tell.ts"),
  de: () => import("./de/tell.ts"),
  es: () => import("./es/tell.ts"),
  "zh-Hans": () => import("./zh-Hans/tell.ts"),
  ar: () => import("./ar/tell.ts"),
});

/** Words about being told of a ready order while looking elsewhere. */
export const tell = own("tell");
