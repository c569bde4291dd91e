import { texts } from "../texts.ts";

const own = texts({
  en: () => import("./en/story.ts"),
  de: () => import("./de/story.ts"),
  es: () => import("./es/story.ts"),
  "zh-Hans": () => import("./zh-Hans/story.ts"),
  ar: () => import("./ar/story.ts"),
});

/** Words of an order's story: its steps, and what happened underneath. */
export const story = own("story");
