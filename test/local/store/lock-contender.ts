import { existsSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "../../../local/store/folder-lock.ts";

/** Claims the folder of each round as soon as the round's sign is there, and says how that went; lets go at the next round. */
const [folder = ""] = process.argv.slice(2);
let release = (): void => undefined;
process.on("message", (round: number) => {
  release();
  release = () => undefined;
  process.send?.({ ready: round });
  const place = join(folder, String(round));
  while (!existsSync(join(place, "go")));
  try {
    release = lockFolder(place);
    process.send?.({ owns: true });
  } catch (error) {
    process.send?.({ owns: false, words: (error as Error).message });
  }
});
process.on("disconnect", () => process.exit());
