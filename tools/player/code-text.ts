import { createHash } from "node:crypto";
import { codeLength, codeSigns } from "../../contracts/code-signs.ts";

/** A code for a code window, because no event contains the real one. It looks like a code but is not valid: nobody can join a recording. */
export function codeText({ storeId, opensAt }: { storeId: string; opensAt: string }): string {
  const digest = createHash("sha256").update(`${storeId} ${opensAt}`).digest();
  return Array.from({ length: codeLength }, (_, n) => codeSigns[(digest[n] ?? 0) % codeSigns.length]).join("");
}
