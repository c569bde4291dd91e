import { type AppSettings, settingOf, unfindable } from "../kernel/app-settings.ts";
import type { Binding } from "./protocol.ts";

/** Options that Azure takes as they are, by the beginning of a binding's type, with what they are. */
const literal: readonly { readonly type: string; readonly options: readonly string[]; readonly what: string }[] = [
  {
    type: "httptrigger",
    options: ["route", "authLevel"],
    what: "On Azure no setting is filled in there, and the text is taken as it is: build it in the code, with process.env.",
  },
  {
    type: "cosmosdb",
    options: ["connection", "leaseConnection"],
    what: "On Azure no setting is filled in there: it is itself the name of a setting.",
  },
  {
    type: "eventgrid",
    options: ["topicEndpointUri", "topicKeySetting"],
    what: "On Azure no setting is filled in there: it is itself the name of a setting.",
  },
];

/**
 * The binding with each `%SETTING%` in its texts replaced, as the name resolver of Azure does it: a percent sign has no other meaning.
 *
 * Source: `NameResolverExtensions.ResolveWholeString` of WebJobs; the attributes of the extensions (`AutoResolve`).
 * @throws Error that names the option, for a setting that does not exist, a single percent sign, and one where Azure fills in nothing
 */
export function resolveSettings(binding: Binding, settings: AppSettings): Binding {
  const resolved: Binding = { ...binding };
  const asItIs = literal.filter(({ type }) => binding.type.toLowerCase().startsWith(type));
  for (const [option, value] of Object.entries(binding)) {
    if (typeof value !== "string" || !value.includes("%")) continue;
    const taken = asItIs.find(({ options }) => options.includes(option));
    if (taken) throw new Error(`"${option}" is ${JSON.stringify(value)}, with a percent sign. ${taken.what}`);
    resolved[option] = resolveText(option, value, settings);
  }
  return resolved;
}

function resolveText(option: string, text: string, settings: AppSettings): string {
  const query = option === "sqlQuery" ? " In a query use STARTSWITH, ENDSWITH or CONTAINS instead of LIKE." : "";
  let resolved = "";
  let at = 0;
  for (;;) {
    const begin = text.indexOf("%", at);
    if (begin === -1) return resolved + text.slice(at);
    const end = text.indexOf("%", begin + 1);
    if (end === -1)
      throw new Error(
        `"${option}" is ${JSON.stringify(text)}: the % at position ${begin} has no second % after the name of a setting. On Azure the function would not start, since a % can stand for nothing else.${query}`,
      );
    const name = text.slice(begin + 1, end);
    const value = settingOf(settings, name);
    if (name === "" || value === undefined)
      throw new Error(
        `the setting ${/^[^\s']+$/.test(name) ? name : `'${name}'`}, which "${text}" refers to between two %, is missing.${unfindable(name)}${query}`,
      );
    // Not resolved again, so the value of a setting may contain percent signs.
    resolved += text.slice(at, begin) + value;
    at = end + 1;
  }
}
