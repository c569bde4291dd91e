import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/account.ts"),
  de: () => import("./de/account.ts"),
  es: () => import("./es/account.ts"),
  "zh-Hans": () => import("./zh-Hans/account.ts"),
  ar: () => import("./ar/account.ts"),
});

/** Texts about stored personal data: for the person themselves, and for an admin who acts on their request. */
export const account = own("account");
