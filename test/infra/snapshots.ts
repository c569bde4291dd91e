import { readFileSync } from "node:fs";
import { join } from "node:path";
import { profilesFolder } from "../../tools/bicep/profiles.ts";

/** A resource as the compiler says it would be made; what only Azure knows stands there as an expression in brackets. */
export interface Resource {
  id: string;
  type: string;
  name: string;
  location?: string;
  tags?: Record<string, string>;
  sku?: { name: string };
  properties?: Record<string, unknown>;
}

export interface Snapshot {
  predictedResources: Resource[];
  diagnostics: unknown[];
  outputs?: Record<string, unknown>;
}

/** Profiles of the first layer; `eventing` is the second. */
export const coreProfiles = ["lean", "production", "scheduler"] as const;

/** The golden file of a profile, which another test holds against the compiler. */
export function snapshot(profile: string): Snapshot {
  return JSON.parse(readFileSync(join(profilesFolder, `${profile}.snapshot.json`), "utf8")) as Snapshot;
}

/** The resources of a type. */
export function ofType(profile: string, type: string): Resource[] {
  return snapshot(profile).predictedResources.filter((resource) => resource.type === type);
}

/** The only resource of a type. @throws Error when there are none or several */
export function only(profile: string, type: string): Resource {
  const [found, ...more] = ofType(profile, type);
  if (found === undefined || more.length > 0) throw new Error(`${profile} has ${more.length} more ${type}, not one.`);
  return found;
}

/** The Functions app's settings. */
export function appSettings(profile: string): Record<string, string> {
  const found = ofType(profile, "Microsoft.Web/sites/config").find(({ name }) => name.endsWith("/appsettings"));
  return (found?.properties ?? {}) as Record<string, string>;
}
