import { type AppSettings, settingOf } from "../kernel/app-settings.ts";

/** The settings that disable a function. The second one is for systems without dots in the names of variables. */
const namesFor = (name: string) => [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs_${name}_Disabled`];

const isOn = (value: string | undefined) => value === "1" || value?.toLowerCase() === "true";

/**
 * Whether the settings disable a function.
 *
 * Source: `HostListenerFactory.IsDisabled` of WebJobs.
 */
export const isDisabled = (name: string, settings: AppSettings): boolean =>
  namesFor(name).some((setting) => isOn(settingOf(settings, setting)));

/** Warnings about settings that look as if they disabled one of the functions, which runs nevertheless, on Azure too. */
export function disablingWarnings(
  functions: readonly { readonly name: string; readonly disabled: boolean }[],
  settings: AppSettings,
): string[] {
  const alike = (text: string) => text.toLowerCase().replace(/[.:_]+/g, "_");
  return functions
    .filter(({ disabled }) => !disabled)
    .flatMap(({ name }) => {
      const [right = ""] = namesFor(name);
      return Object.keys(settings)
        .filter((setting) => alike(setting) === alike(right) && isOn(settings[setting]))
        .map(
          (setting) =>
            `The setting ${setting} has no effect: the function ${name} runs, here as on Azure. ${name.includes("__") ? "No setting can disable it, because Azure reads the two underscores in its name as a colon." : `To disable it, name the setting ${right}.`}`,
        );
    });
}
