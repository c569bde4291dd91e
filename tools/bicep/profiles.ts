import { globSync } from "node:fs";
import { basename, join } from "node:path";

/** Folder of the profiles that the templates are checked with, each beside what the compiler says it would make. */
export const profilesFolder = join(import.meta.dirname, "..", "..", "test", "infra", "profiles");

export interface Profile {
  name: string;
  path: string;
  /** Where what it would make is written down. */
  golden: string;
}

export const profiles: Profile[] = globSync("*.bicepparam", { cwd: profilesFolder })
  .map((file) => basename(file, ".bicepparam"))
  .sort()
  .map((name) => ({
    name,
    path: join(profilesFolder, `${name}.bicepparam`),
    golden: join(profilesFolder, `${name}.snapshot.json`),
  }));

/** What a profile is deployed to. Ids in place of a subscription's own let the compiler resolve every name without one. */
export function snapshotMetadata({ name }: Profile) {
  return {
    subscriptionId: "22222222-2222-2222-2222-222222222222",
    tenantId: "33333333-3333-3333-3333-333333333333",
    location: "northeurope",
    deploymentName: "crema",
    ...(name === "eventing" ? { resourceGroup: "rg-crema-test" } : {}),
  };
}
