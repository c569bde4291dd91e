import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/tell.ts"),
  de: () => import("./de/tell.ts"),
  es: () => import("./es/tell.ts"),
  "zh-Hans": () => import("./zh-Hans/tell.ts"),
  ar: () => import("./ar/tell.ts"),
});

/** Texts about the notification for a ready order. */
export const tell = own("tell");
