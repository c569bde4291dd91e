import { createHash } from "node:crypto";
import { alphabet, codeLength } from "../../functions/codes/window.ts";

/** A code for a window whose own no event tells. It looks like one, and opens nothing: nobody is let in to a recording. */
export function codeText({ storeId, opensAt }: { storeId: string; opensAt: string }): string {
  const digest = createHash("sha256").update(`${storeId} ${opensAt}`).digest();
  return Array.from({ length: codeLength }, (_, n) => alphabet[(digest[n] ?? 0) % alphabet.length]).join("");
}
