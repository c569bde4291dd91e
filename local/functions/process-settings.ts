import { type AppSettings, settingOf } from "../kernel/app-settings.ts";

/** Options of V8 that Node accepts in NODE_OPTIONS. They are for all threads of a process, so that a thread's own environment does not set them. */
const ofV8 =
  /^--(?:max-(?:old-space|semi-space|heap)-size(?:-percentage)?|stack-trace-limit|expose-gc|abort-on-uncaught-exception|disallow-code-generation-from-strings|jitless|interpreted-frames-native-stack|enable-etw-stack-walking|perf-.+)(?:=|$)/;

/** Warnings about settings that on Azure change the application's whole process, and that have no effect in a thread. */
export function processWarnings(settings: AppSettings): string[] {
  const warnings: string[] = [];
  const { WEBSITE_TIME_ZONE: siteZone, TZ: zone, NODE_OPTIONS: options = "" } = settings;
  if (siteZone !== undefined) warnings.push("WEBSITE_TIME_ZONE has no effect here: timer schedules are in UTC.");
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone !== undefined && zone !== process.env.TZ && zoneNamed(zone) !== own)
    warnings.push(
      `TZ=${zone} among the settings has no effect on dates here, which are in the time zone of this process, ${own}: a thread has no time zone of its own. Set TZ where the local Azure is started.`,
    );
  const ignored = options.split(/\s+/).filter((option) => ofV8.test(option.replaceAll("_", "-")));
  if (ignored.length > 0)
    warnings.push(
      `${ignored.join(" ")} in NODE_OPTIONS among the settings has no effect here, where the application runs in a thread. Set NODE_OPTIONS where the local Azure is started.`,
    );
  const given = settingOf(settings, "languageWorkers:node:arguments");
  if (given !== undefined && given.trim() !== "")
    warnings.push(
      `languageWorkers__node__arguments (${given}) has no effect here, where the application runs in a thread. Set NODE_OPTIONS where the local Azure is started.`,
    );
  return warnings;
}

/** The name of a time zone as this process would call it; `undefined` for what has no name, such as `CET-1CEST`. */
function zoneNamed(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone.replace(/^:/, "") || "UTC" }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** What to say in place of an error of `new Worker` about the options in its environment; other errors stay as they are. */
export function whyNoWorker(error: unknown, { NODE_OPTIONS: options = "" }: AppSettings): unknown {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== "ERR_WORKER_INVALID_EXEC_ARGV")
    return error;
  const [, why = error.message] = /variable: (.+)/.exec(error.message) ?? [];
  return new Error(
    `NODE_OPTIONS among the settings is "${options}", which cannot be used here: ${why.trim().replace(/ in NODE_OPTIONS$/, " for a thread")}. The application runs in a thread; leave options for the whole process out of the settings, and set NODE_OPTIONS where the local Azure is started.`,
    { cause: error },
  );
}
