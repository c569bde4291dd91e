import { beforeAll } from "vitest";
import { begin } from "../../web/lib/texts.ts";

// What screens say is loaded in the language of their reader: for all tests in English, which they find at its place or in `strings/en`.
beforeAll(() => begin({ language: "en" }));
