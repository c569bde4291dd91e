import { copyFileSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Notice } from "../../contracts/notice.ts";
import type { Said } from "../../functions/platform/notices.ts";
import { mainWith } from "../../infra/extensions.ts";
import { root } from "../../tools/stand-options.ts";
import type { Stand } from "./stand.ts";

/** The application and an extension that speaks, as a folder to be run. */
export function speakingApplication(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "crema-speaking-"));
  const files = globSync([mainWith([]), "test/system/speaker.ts"], { cwd: root });
  const imports = files.map((file) => `import ${JSON.stringify(pathToFileURL(join(root, file)).href)};`);
  writeFileSync(join(folder, "index.js"), imports.join("\n"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
  copyFileSync(join(root, "host.json"), join(folder, "host.json"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Has the extension say something under a key, or take it back, and settles that. */
export async function speak(stand: Stand, key: string, said?: Said): Promise<Notice | undefined> {
  const response = await fetch(`${stand.api}/speaker`, { method: "POST", body: JSON.stringify({ key, said }) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  await stand.settle();
  // The feed of the catalog is asked each second.
  await stand.advance("2 s");
  return ((await response.json()) as { notice?: Notice }).notice;
}
