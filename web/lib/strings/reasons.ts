import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/reasons.ts"),
  de: () => import("./de/reasons.ts"),
  es: () => import("./es/reasons.ts"),
  "zh-Hans": () => import("./zh-Hans/reasons.ts"),
  ar: () => import("./ar/reasons.ts"),
});

/** The predefined reasons that a bar can give, as the bar chooses them and as customers read them. */
export const reasons = own("reasons");
