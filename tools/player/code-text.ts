import { createHash } from "node:crypto";
import { codeLength, codeSigns } from "../../contracts/code-signs.ts";

/** A code for a window whose own no event tells. It looks like one, and opens nothing: nobody is let in to a recording. */
export function codeText({ storeId, opensAt }: { storeId: string; opensAt: string }): string {
  const digest = createHash("sha256").update(`${storeId} ${opensAt}`).digest();
  return Array.from({ length: codeLength }, (_, n) => codeSigns[(digest[n] ?? 0) % codeSigns.length]).join("");
}
