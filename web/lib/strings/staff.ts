import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/staff.ts"),
  de: () => import("./de/staff.ts"),
  es: () => import("./es/staff.ts"),
  "zh-Hans": () => import("./zh-Hans/staff.ts"),
  ar: () => import("./ar/staff.ts"),
});

/** Words that the apps of the staff share. */
export const staff = own("staff");
