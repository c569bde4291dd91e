import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/reasons.ts"),
  de: () => import("./de/reasons.ts"),
  es: () => import("./es/reasons.ts"),
  "zh-Hans": () => import("./zh-Hans/reasons.ts"),
  ar: () => import("./ar/reasons.ts"),
});

/** The common reasons that a bar gives, as it chooses them and as customers read them. */
export const reasons = own("reasons");
