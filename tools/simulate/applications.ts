import { join } from "node:path";
import type { Plugin } from "esbuild";
import { chosenOf, type Extension, extensionsIn } from "../../infra/extensions.ts";
import { writePackage } from "../package/index.ts";

/** Which extensions are at work at a fair, as `--extensions` names them: none, those that are deployed where nothing is said, or all that there are. */
const choices = ["none", "default", "all"] as const;
export type Choice = (typeof choices)[number];

/** The extensions of a choice. */
export const extensionsOf = (choice: Choice): Extension[] => chosenOf(extensionsIn(), choice);

/** Of every third coffee a customer and the bar are told, for nobody has ten in a day; other settings are as they are. */
export const extensionSettings = { REGULARS_EVERY: "3" };

/** Where the application is that has these extensions. */
export const applicationIn = (folder: string, choice: Choice): string => join(folder, choice);

/** Writes the application as it is deployed, with each choice of extensions. @param plugins of esbuild, for what is not to be deployed */
export async function writeApplications(folder: string, plugins: Plugin[] = []): Promise<void> {
  for (const choice of choices)
    await writePackage(applicationIn(folder, choice), "storage", extensionsOf(choice), plugins);
}
