import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/sign-in.ts"),
  de: () => import("./de/sign-in.ts"),
  es: () => import("./es/sign-in.ts"),
  "zh-Hans": () => import("./zh-Hans/sign-in.ts"),
  ar: () => import("./ar/sign-in.ts"),
});

/** Words for signing in, which come with that screen. */
export const signIn = own("signIn");
