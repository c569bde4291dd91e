import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ExtensionDeclaration } from "../contracts/extension.ts";
import { replaysName } from "../contracts/replay.ts";

/** Prefixes of the core's function names, besides its folder names. */
const beginnings = [
  "order",
  "every-minute",
  ...readdirSync(join(import.meta.dirname, "..", "functions"), { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map(({ name }) => name),
];

/** Settings of the core, and variables of its deployment. */
const settings = new Set(
  [
    "ALERT_EMAIL BUDGET_START CODES_PER_ADDRESS CODES_PER_DAY CODES_PER_HOUR DEAD_LETTER_CONTAINER DURABLE_BACKEND FIRST_ADMIN_PHONE",
    "DURABLE_TASK_SCHEDULER FUNCTION_APP_NAME MONTHLY_BUDGET PUSH_HOSTS SITE_IS_BUILT SITE_ORIGIN SOURCE_URL STORAGE_ACCOUNT_NAME STORE_TIME_ZONE",
  ].flatMap((names) => names.split(" ")),
);
/** Prefixes of settings and variables that the services, Azure or the runtimes read, or may read later. */
const firstWords = new Set(
  [
    "APPINSIGHTS APPLICATIONINSIGHTS AZD AZURE AZUREWEBJOBSSTORAGE COSMOS CREMA EVENT EVENTGRID FUNCTIONS SCM SMS WEBPUBSUB WEBSITE WEBSITES",
    "CI DEBUG GITHUB HOME HTTP HTTPS LANG NODE NPM PATH PORT SHELL SSL TERM TMPDIR USER",
  ].flatMap((words) => words.split(" ")),
);

/** Whether the core, or a platform that it runs on, uses this setting. */
export const isReserved = (setting: string): boolean =>
  settings.has(setting) || firstWords.has(setting.split("_")[0] ?? "");

/** Whether the core uses a name, or the name has a prefix of the core's functions. */
export const isOfCore = (name: string, core: ReadonlySet<string>): boolean =>
  core.has(name) || beginnings.some((word) => name === word || name.startsWith(`${word}-`));

/**
 * Name conflicts of extensions, with the core and with each other, as messages.
 * @param core names that the core uses
 */
export function taken(
  extensions: readonly (ExtensionDeclaration & { folder: string })[],
  core: ReadonlySet<string>,
): string[] {
  const ofCore = (name: string) => isOfCore(name, core);
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const extension of extensions) {
    const { name, folder } = extension;
    if (ofCore(name))
      problems.push(
        `${folder}: the name "${name}" is the core's already, or begins as its names do; choose another for the folder.`,
      );
    for (const each of namesOf(extension)) {
      const owner = owners.get(each);
      if (owner !== undefined) problems.push(`${folder}: "${each}" is the name of something of ${owner} already.`);
      owners.set(each, folder);
      if (!ofCore(name) && ofCore(each)) problems.push(`${folder}: "${each}" is the core's already.`);
      if (/^[A-Z]/.test(each) && isReserved(each))
        problems.push(
          `${folder}: a setting "${each}" is read by others; choose another name for it, or for the folder.`,
        );
    }
  }
  return problems;
}

function namesOf({
  name,
  containers,
  subscriptions,
  orchestrations,
  activities,
  entities,
  timers,
  settings,
}: ExtensionDeclaration): Set<string> {
  const heard = subscriptions.flatMap((each) => [each.name, replaysName(each.name), each.function]);
  const kept = [...containers.map(({ id }) => id), ...settings.map((each) => each.name)];
  return new Set([name, ...kept, ...heard, ...orchestrations, ...activities, ...entities, ...timers]);
}
