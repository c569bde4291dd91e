import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/account.ts"),
  de: () => import("./de/account.ts"),
  es: () => import("./es/account.ts"),
  "zh-Hans": () => import("./zh-Hans/account.ts"),
  ar: () => import("./ar/account.ts"),
});

/** Words about what is held about somebody: for themselves, and for an admin whom they ask. */
export const account = own("account");
