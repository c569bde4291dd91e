import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/admin.ts"),
  de: () => import("./de/admin.ts"),
  es: () => import("./es/admin.ts"),
  "zh-Hans": () => import("./zh-Hans/admin.ts"),
  ar: () => import("./ar/admin.ts"),
});

/** Words of the admin app. */
export const admin = own("admin");
