import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/customer.ts"),
  de: () => import("./de/customer.ts"),
  es: () => import("./es/customer.ts"),
  "zh-Hans": () => import("./zh-Hans/customer.ts"),
  ar: () => import("./ar/customer.ts"),
});

/** Words of the customer's app on its first screen. */
export const customer = own("customer");
