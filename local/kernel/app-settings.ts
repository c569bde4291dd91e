/** The settings of an application, as they stand in its `process.env`. */
export type AppSettings = Readonly<Record<string, string>>;

/**
 * The name under which the host on Azure finds a setting. It reads them by the configuration of .NET, which knows no case, and in which two
 * underscores are a colon.
 *
 * Source: `TryAddDefaultConfigurationSources` of WebJobs, and `EnvironmentVariablesConfigurationProvider` of .NET.
 */
export const foundAs = (setting: string): string => setting.replaceAll("__", ":").toLowerCase();

/** The value of the setting that a function, a binding or host.json names, found as on Azure: in any case, and with a colon for two underscores. */
export function settingOf(settings: AppSettings, name: string): string | undefined {
  const wanted = name.toLowerCase();
  // Of two names that differ only in case the one as it is written.
  if (Object.hasOwn(settings, name) && foundAs(name) === wanted) return settings[name];
  return Object.entries(settings).find(([setting]) => foundAs(setting) === wanted)?.[1];
}

/** Why a name finds nothing, whatever the settings are, as a sentence to follow another; empty if it could find something. */
export const unfindable = (name: string): string =>
  name.includes("__")
    ? ` On Azure a name with two underscores finds no setting, since they are read as a colon: write "${name.replaceAll("__", ":")}" here, and leave the setting as it is.`
    : "";
