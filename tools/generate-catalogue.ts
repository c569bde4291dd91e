import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { documentsPage } from "./catalogue/documents-page.ts";
import { eventsPage } from "./catalogue/events-page.ts";
import { httpPage } from "./catalogue/http-page.ts";
import { mapOfEvents } from "./catalogue/map.ts";
import { overviewPage } from "./catalogue/overview-page.ts";
import { root } from "./stand-options.ts";

const folder = join(root, "docs", "catalogue");

/** Every file of the catalogue, by its name. */
export async function catalogue(): Promise<Map<string, string>> {
  return new Map([
    ["README.md", await overviewPage()],
    ["events.md", await eventsPage()],
    ["http.md", await httpPage()],
    ["documents.md", await documentsPage()],
    ["map.svg", mapOfEvents()],
  ]);
}

/** The committed files, by name. */
export async function committedCatalogue(): Promise<Map<string, string>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
}

if (import.meta.main) {
  const files = await catalogue();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) await writeFile(join(folder, name), text);
}
