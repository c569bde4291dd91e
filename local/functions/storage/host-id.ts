import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { settingOf } from "../../kernel/app-settings.ts";

const longest = 32;

/**
 * The id under which a host keeps its receipts in the storage account: the setting `AzureFunctionsWebHost__hostid`, otherwise an id of this machine
 * and folder, so that two machines or folders do not take each other's blobs.
 *
 * Source: `ScriptHostIdProvider` of the Functions host. Its hash of the folder is different, so the real host has another id for the same folder.
 */
export function hostId(root: string, settings: Record<string, string>): string {
  const given = settingOf(settings, "AzureFunctionsWebHost:hostid");
  const machine = hostname().replace(/[^\p{L}\p{Nd}]/gu, "");
  const folder = createHash("sha256").update(root).digest().readUInt32BE(0);
  const name = given === undefined || given === "" ? `${machine}-${folder}`.slice(0, longest) : given;
  return name.toLowerCase().replace(/-+$/, "");
}
