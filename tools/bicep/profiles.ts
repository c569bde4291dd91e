import { globSync } from "node:fs";
import { basename, join } from "node:path";

/** The folder of the profiles that test the templates. Next to each profile lies the compiler's prediction of its resources. */
export const profilesFolder = join(import.meta.dirname, "..", "..", "test", "infra", "profiles");

export interface Profile {
  name: string;
  path: string;
  /** The golden file with the predicted resources. */
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

/** The target of a profile's deployment. With placeholder ids the compiler resolves every name without a subscription. */
export function snapshotMetadata({ name }: Profile) {
  return {
    subscriptionId: "22222222-2222-2222-2222-222222222222",
    tenantId: "33333333-3333-3333-3333-333333333333",
    location: "northeurope",
    deploymentName: "crema",
    ...(name === "eventing" ? { resourceGroup: "rg-crema-test" } : {}),
  };
}
