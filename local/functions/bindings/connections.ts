/**
 * The connection string of a binding's `connection`: the setting with that name, or with that name after `AzureWebJobs`.
 * @throws Error if there is none. It names the settings that were tried; `holds` says what one would contain.
 */
export function connectionString(settings: Record<string, string>, name: string, holds = ""): string {
  const found = settings[name] ?? settings[`AzureWebJobs${name}`];
  if (found !== undefined && found !== "") return found;
  const identity = Object.keys(settings).filter((setting) => setting.startsWith(`${name}__`));
  const hint =
    identity.length === 0
      ? ""
      : ` There is ${identity.join(", ")}: an identity-based connection, which bindings cannot use here; use a connection string.`;
  const wanted = holds === "" ? "" : ` It should hold ${holds}.`;
  throw new Error(`the setting "${name}" with the connection string is missing.${wanted}${hint}`);
}

/** The value of the setting that an option names; `holds` says what it would contain. @throws Error if the option or the setting is missing. */
export function namedSetting(settings: Record<string, string>, option: string, name: unknown, holds?: string): string {
  if (typeof name !== "string" || name === "") throw new Error(`"${option}" must name a setting.`);
  const value = settings[name];
  if (value === undefined || value === "")
    throw new Error(
      `the setting "${name}", which "${option}" names, is missing.${holds === undefined ? "" : ` It should hold ${holds}.`}`,
    );
  return value;
}
