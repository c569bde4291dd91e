import { globSync } from "node:fs";
import { basename, join } from "node:path";

/** Folder of the profiles that the templates are checked with, each beside what the compiler says it would make. */
export const profilesFolder = join(import.meta.dirname, "..", "..", "test", "infra", "profiles");

/** Names of the profiles. */
export const profiles = globSync("*.bicepparam", { cwd: profilesFolder })
  .map((file) => basename(file, ".bicepparam"))
  .sort();

/** Arguments of the compiler for a profile's snapshot. Ids in place of a subscription's own let it resolve every name without one. */
export function snapshotArguments(profile: string, mode: "validate" | "overwrite"): string[] {
  return [
    ...["snapshot", join(profilesFolder, `${profile}.bicepparam`), "--mode", mode],
    ...["--subscription-id", "22222222-2222-2222-2222-222222222222"],
    ...["--tenant-id", "33333333-3333-3333-3333-333333333333"],
    ...["--location", "northeurope", "--deployment-name", "crema"],
    ...(profile === "eventing" ? ["--resource-group", "rg-crema-test"] : []),
  ];
}
