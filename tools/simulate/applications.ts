import { join } from "node:path";
import type { Plugin } from "esbuild";
import { chosenOf, type Extension, extensionsIn } from "../../infra/extensions.ts";
import { writePackage } from "../package/index.ts";

/** The extensions at a fair, as in `--extensions`: none, those that are deployed by default, or all. */
const choices = ["none", "default", "all"] as const;
export type Choice = (typeof choices)[number];

/** The extensions of a choice. */
export const extensionsOf = (choice: Choice): Extension[] => chosenOf(extensionsIn(), choice);

/** Customer and bar are told of every third coffee, since nobody has ten in a day; other settings are the defaults. */
export const extensionSettings = { REGULARS_EVERY: "3" };

/** Where the application with these extensions is. */
export const applicationIn = (folder: string, choice: Choice): string => join(folder, choice);

/** Writes the deployable application, with each choice of extensions. @param plugins of esbuild, for changes that are not deployed */
export async function writeApplications(folder: string, plugins: Plugin[] = []): Promise<void> {
  for (const choice of choices)
    await writePackage(applicationIn(folder, choice), "storage", extensionsOf(choice), plugins);
}
