import type { Page } from "playwright-core";
import { extractText, getDocumentProxy } from "unpdf";

/** A page as a printer gets it: its size in millimetres, and what stands on it, in one line. */
export interface Sheet {
  width: number;
  height: number;
  text: string;
}

const point = 25.4 / 72;

/** To be done before a page is opened: what it prints goes to nobody, and is counted. */
export const printsNothing = (page: Page): Promise<unknown> =>
  page.addInitScript("globalThis.printed = 0; globalThis.print = () => { globalThis.printed++; };");

export const printed = (page: Page): Promise<number> => page.evaluate<number>("globalThis.printed");

/** What the browser would give to a printer now. */
export async function sheetsOf(page: Page): Promise<Sheet[]> {
  const document = await getDocumentProxy(new Uint8Array(await page.pdf({ preferCSSPageSize: true })));
  const { text } = await extractText(document, { mergePages: false });
  const sheets: Sheet[] = [];
  for (let at = 0; at < document.numPages; at++) {
    const [left = 0, bottom = 0, right = 0, top = 0] = (await document.getPage(at + 1)).view;
    const millimetres = (from: number, to: number) => Math.round((to - from) * point);
    sheets.push({
      width: millimetres(left, right),
      height: millimetres(bottom, top),
      text: (text[at] ?? "").replace(/\s+/g, " ").trim(),
    });
  }
  return sheets;
}
