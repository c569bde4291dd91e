/**
 * The connection string that a binding's `connection` leads to: the setting of that name, or of that name after `AzureWebJobs`.
 * @throws Error when there is none, naming what was looked for; `holds` says what would be in it.
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

/** The value of the setting that an option names; `holds` says what would be in it. @throws Error when the option or the setting is missing. */
export function namedSetting(settings: Record<string, string>, option: string, name: unknown, holds?: string): string {
  if (typeof name !== "string" || name === "") throw new Error(`"${option}" must name a setting.`);
  const value = settings[name];
  if (value === undefined || value === "")
    throw new Error(
      `the setting "${name}", which "${option}" names, is missing.${holds === undefined ? "" : ` It should hold ${holds}.`}`,
    );
  return value;
}
