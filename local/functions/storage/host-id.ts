import { createHash } from "node:crypto";
import { hostname } from "node:os";

const longest = 32;

/**
 * Under which name a host keeps its receipts in the storage account: that of the setting `AzureFunctionsWebHost__hostid`, else one of this machine
 * and folder, so that two of either do not take each other's blobs.
 *
 * Source: `ScriptHostIdProvider` of the Functions host; its hash of the folder is another, so a folder that the real host was run in has another name.
 */
export function hostId(root: string, settings: Record<string, string>): string {
  const given = settings.AzureFunctionsWebHost__hostid;
  const machine = hostname().replace(/[^\p{L}\p{Nd}]/gu, "");
  const folder = createHash("sha256").update(root).digest().readUInt32BE(0);
  const name = given === undefined || given === "" ? `${machine}-${folder}`.slice(0, longest) : given;
  return name.toLowerCase().replace(/-+$/, "");
}
