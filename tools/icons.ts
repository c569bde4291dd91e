import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "../test/journeys/browser.ts";
import { root } from "./stand-options.ts";

/**
 * Draws the icons and the share picture in `web/public/icons` from the cup of `web/public/icon.svg`. Run it after changes of the cup or the colours.
 */
const to = join(root, "web", "public", "icons");
const svg = readFileSync(join(root, "web", "public", "icon.svg"), "utf8");
const cup = /<path [^>]*\/>/.exec(svg)?.[0];
if (cup === undefined) throw new Error("web/public/icon.svg has no path: the cup is not there.");
const font = join(
  root,
  "node_modules",
  "@fontsource-variable",
  "fraunces",
  "files",
  "fraunces-latin-soft-normal.woff2",
);

/** The cup in the middle of a square of `units`, of which it takes about 17: more units leave more room around it. */
const centred = (units: number, attributes = "", drawn = cup) => {
  const [left, top] = [16 - units / 2, 15.5 - units / 2];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${units} ${units}" ${attributes}>${drawn}</svg>`;
};
const filled = (svg: string) => `<body style="margin:0;background:#A8611C">${svg}</body>`;

const browser = await openBrowser();
mkdirSync(to, { recursive: true });

async function draw(name: string, width: number, height: number, html: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(html);
  await page.evaluate("document.fonts.ready");
  writeFileSync(join(to, name), await page.screenshot({ omitBackground: true }));
  await page.close();
}

const whole = (size: number) =>
  `<body style="margin:0">${svg.replace("<svg ", `<svg width="${size}" height="${size}" `)}</body>`;
for (const size of [192, 512]) await draw(`icon-${size}.png`, size, size, whole(size));
// A launcher may crop it to any shape that keeps the middle four fifths; iOS rounds the corners itself.
await draw("maskable-512.png", 512, 512, filled(centred(40, 'width="512" height="512"')));
await draw("apple-touch-icon.png", 180, 180, filled(centred(32, 'width="180" height="180"')));
// Only the outline of a notification's badge counts: white on transparent.
await draw("badge-96.png", 96, 96, `<body style="margin:0">${centred(22, 'width="96" height="96"')}</body>`);
await draw(
  "share.png",
  1200,
  630,
  `<style>
    @font-face { font-family: Fraunces; font-weight: 100 900; src: url(data:font/woff2;base64,${readFileSync(font).toString("base64")}); }
    body { margin: 0; display: flex; align-items: center; justify-content: center; gap: 64px; height: 630px; background: #FBF6EE; }
    .cup { width: 300px; height: 300px; border-radius: 76px; background: #A8611C; }
    p { margin: 0; font: 600 168px Fraunces; font-variation-settings: "SOFT" 60; color: #2B1B12; letter-spacing: -0.01em; }
  </style>
  <div class="cup">${centred(30, 'width="300" height="300"')}</div><p>Crema</p>`,
);
await browser.close();
