import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/barista.ts"),
  de: () => import("./de/barista.ts"),
  es: () => import("./es/barista.ts"),
  "zh-Hans": () => import("./zh-Hans/barista.ts"),
  ar: () => import("./ar/barista.ts"),
});

/** Words of the barista app. */
export const barista = own("barista");
