import { type AppSettings, foundAs, settingOf, unfindable } from "../../kernel/app-settings.ts";

/** The settings that a connection's name leads to. */
export interface ConnectionSettings {
  /** The name that was found: the connection's own, or one that comes before it. */
  readonly name: string;
  readonly value: string | undefined;
  /** The settings of a connection by identity, such as `NAME__accountEndpoint`. */
  readonly members: readonly string[];
}

/**
 * The first settings that exist of those for a connection's name: with `AzureWebJobs` before it, then as it is; of each the one among
 * `ConnectionStrings` first.
 *
 * Source: `IConfigurationExtensions.GetWebJobsConnectionSection` of WebJobs.
 */
export function connectionSettings(settings: AppSettings, connection: string): ConnectionSettings | undefined {
  for (const name of [`AzureWebJobs${connection}`, connection]) {
    for (const place of [`ConnectionStrings:${name}`, name]) {
      const value = settingOf(settings, place);
      const members = Object.keys(settings).filter((each) => foundAs(each).startsWith(`${place.toLowerCase()}:`));
      if (value !== undefined || members.length > 0) return { name: place, value, members };
    }
  }
  return undefined;
}

/**
 * The connection string of a binding's `connection`.
 * @throws Error if there is none. It names the settings that were tried; `holds` says what one would contain.
 */
export function connectionString(settings: AppSettings, name: string, holds = ""): string {
  const found = connectionSettings(settings, name);
  if (found?.value !== undefined && found.value !== "") return found.value;
  const wanted = holds === "" ? "" : ` It should hold ${holds}.`;
  const missing = `the setting "${name}" with the connection string is missing.${wanted}${unfindable(name)}`;
  if (found?.value === "" && found.name !== name)
    throw new Error(`the setting "${found.name}", which comes before "${name}", is empty.${wanted}`);
  throw new Error(`${missing}${byIdentity(found)}`);
}

function byIdentity(found: ConnectionSettings | undefined): string {
  if (found === undefined || found.members.length === 0) return "";
  return ` There is ${found.members.join(", ")}: an identity-based connection, which bindings cannot use here; use a connection string.`;
}

/** The value of the setting that an option names; `holds` says what it would contain. @throws Error if the option or the setting is missing. */
export function namedSetting(settings: AppSettings, option: string, name: unknown, holds?: string): string {
  if (typeof name !== "string" || name === "") throw new Error(`"${option}" must name a setting.`);
  const value = settingOf(settings, name);
  if (value === undefined || value === "")
    throw new Error(
      `the setting "${name}", which "${option}" names, is missing.${holds === undefined ? "" : ` It should hold ${holds}.`}${unfindable(name)}`,
    );
  return value;
}
