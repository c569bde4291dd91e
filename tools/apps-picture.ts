import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "../test/journeys/browser.ts";
import { root } from "./stand-options.ts";

/**
 * Draws the pictures of the pages from the screenshots of the last `npm test`: `docs/apps.png` for the README, and those of `docs/stand.md`. Run it
 * after changes of the screens. Throws if a screenshot is missing.
 */
const screens = join(root, "test-results", "screens");

function source(name: string): string {
  const file = join(screens, `${name}.png`);
  if (!existsSync(file))
    throw new Error(`${file} is not there. Run \`npm test\` first: its journeys take the screenshots.`);
  return `data:image/png;base64,${readFileSync(file).toString("base64")}`;
}

const page = /* HTML */ `
  <style>
    body { margin: 0; width: 1600px; height: 940px; position: relative; overflow: hidden; background: #e9dfd1; }
    img { position: absolute; display: block; box-shadow: 0 18px 50px rgb(43 27 18 / 0.35); }
    .display { inset: 36px auto auto 36px; width: 960px; border: 14px solid #0e0906; border-radius: 16px; }
    .bar { inset: auto auto 36px 330px; width: 620px; border: 12px solid #2b1b12; border-radius: 22px; }
    .phone { width: 252px; border: 9px solid #2b1b12; border-radius: 34px; }
    .menu { inset: 96px 36px auto auto; }
    .ready { inset: auto 222px 96px auto; }
  </style>
  <img class="display" src="${source("display-ready")}" />
  <img class="bar" src="${source("bar-together")}" />
  <img class="phone menu" src="${source("customer-menu")}" />
  <img class="phone ready" src="${source("customer-ready")}" />
`;

/** Screens side by side, with the same height. */
const row = (...names: string[]) => /* HTML */ `<!doctype html>
  <style>
    body { margin: 0; display: flex; gap: 24px; padding: 24px; background: #e9dfd1; inline-size: max-content; }
    img { display: block; block-size: 560px; border-radius: 16px; box-shadow: 0 8px 24px rgb(43 27 18 / 0.3); }
  </style>
  ${names.map((name) => `<img src="${source(name)}" />`).join("\n")}
`;

/** The pictures in `docs/stand.md`, by name. */
const pictures = {
  bar: ["bar-together"],
  counter: ["barista-counter", "barista-counter-number"],
  display: ["display-ready"],
  phone: ["customer-menu", "customer-options", "customer-tell-both", "customer-ready"],
  admin: ["admin-menu"],
  pair: ["display-pair", "admin-pair-found"],
};

const browser = await openBrowser();
const sheet = await browser.newPage({ viewport: { width: 1600, height: 940 } });
await sheet.setContent(page);
await sheet.screenshot({ path: join(root, "docs", "apps.png") });
mkdirSync(join(root, "docs", "stand"), { recursive: true });
for (const [name, screens] of Object.entries(pictures)) {
  await sheet.setContent(row(...screens));
  await sheet.locator("body").screenshot({ path: join(root, "docs", "stand", `${name}.png`) });
}
await browser.close();
