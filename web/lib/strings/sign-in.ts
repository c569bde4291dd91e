import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/sign-in.ts"),
  de: () => import("./de/sign-in.ts"),
  es: () => import("./es/sign-in.ts"),
  "zh-Hans": () => import("./zh-Hans/sign-in.ts"),
  ar: () => import("./ar/sign-in.ts"),
});

/** Texts for signing in, which are loaded with that screen. */
export const signIn = own("signIn");
