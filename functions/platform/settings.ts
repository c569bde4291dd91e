import { isSupportedCountry } from "libphonenumber-js/max";

/**
 * The application's settings. On Azure each service has an endpoint and is used with the app's managed identity. Without an identity, a connection string
 * (`COSMOS`, `WEBPUBSUB`, `SMS`) or key (`EVENTGRID_KEY`) is used instead.
 */
export interface Settings {
  cosmos: Connection;
  eventGrid: { endpoint: string; key?: string };
  webPubSub: Connection;
  /**
   * How one-time codes are sent. `console` writes them to the log, for a demonstration without a phone number. Anybody who can read the log can then sign
   * in as anyone.
   */
  sms: (Connection & { channel: "sms"; from: string }) | { channel: "console" };
  /** The origin of the web apps, to which the QR code leads, such as https://coffee.example. */
  siteOrigin: string;
  /** The limit of codes per hour for one network address, which a whole conference may share. */
  codesPerAddress: number;
  /** The limits of codes per hour and per day for the whole stand. */
  codesPerHour: number;
  codesPerDay: number;
  /** The countries to whose phone numbers messages are sent. */
  smsCountries: Countries;
  /** The allowed hosts of push services, including their subdomains; with a port if it is not the default one of https. */
  pushHosts: string[];
}

/** ISO 3166 codes. */
export type Countries = ReadonlySet<string> | "all";

type Connection = { connectionString: string } | { endpoint: string };

/**
 * The default: North America, Europe and some more. Most guests come from there, and a message costs some cents. The owner can add others. SMS fraud targets
 * the most expensive countries.
 */
const usualCountries =
  "US,CA,GB,IE,DE,AT,CH,LI,LU,BE,NL,FR,IT,ES,PT,DK,NO,SE,FI,IS,PL,CZ,SK,HU,SI,HR,RO,BG,GR,CY,MT,EE,LV,LT,AU,NZ,JP,KR,SG";

/**
 * The push services of Chrome and most other browsers (the second host is that of Chromium as built by distributions), Firefox, Safari, and Edge on Windows.
 * The client chooses the URL of a subscription, so nothing is sent to other hosts.
 */
const usualPushHosts =
  "fcm.googleapis.com,jmt17.google.com,push.services.mozilla.com,push.apple.com,notify.windows.com";

/** Thrown at the start of the application, with all missing or invalid settings. */
export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(`The settings are not complete:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.name = "SettingsError";
  }
}

/** Parses `SMS_COUNTRIES`; the default countries if it is empty. @throws Error that names what is not a country */
export function readCountries(setting: string | undefined): Countries {
  const written = setting?.trim() || usualCountries;
  if (written === "*") return "all";
  const codes = written.split(",").map((code) => code.trim().toUpperCase());
  const wrong = codes.filter((code) => !isSupportedCountry(code));
  if (wrong.length === 0) return new Set(codes);
  throw new Error(
    `SMS_COUNTRIES must be codes of countries with commas between them, such as US,CA,DE, or * for all; "${wrong.join(", ")}" is none.`,
  );
}

/** Parses and validates the settings. @throws SettingsError */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const problems: string[] = [];
  const connection = (name: string, endpointName: string): Connection => {
    const connectionString = env[name];
    if (connectionString) return { connectionString };
    const endpoint = env[endpointName];
    if (endpoint && URL.canParse(endpoint)) return { endpoint };
    problems.push(`${endpointName} (an https address) or ${name} (a connection string) is needed.`);
    return { endpoint: "" };
  };
  const address = (name: string): string => {
    const value = env[name] ?? "";
    if (!URL.canParse(value))
      problems.push(`${name} must be an address, such as https://example.com; it is "${value}".`);
    return value;
  };
  const key = env.EVENTGRID_KEY;
  const messages = (): Settings["sms"] => {
    const channel = env.SMS_CHANNEL ?? "sms";
    if (channel === "console") return { channel };
    if (channel !== "sms") problems.push(`SMS_CHANNEL must be sms or console; it is "${channel}".`);
    const from = env.SMS_FROM ?? "";
    if (!/^\+?\w{3,15}$/.test(from))
      problems.push(`SMS_FROM must be the number that messages come from; it is "${from}".`);
    return { channel: "sms", ...connection("SMS", "SMS__endpoint"), from };
  };
  const count = (name: string, usual: number, span: string): number => {
    const value = Number(env[name] || usual);
    if (!Number.isInteger(value) || value < 1)
      problems.push(`${name} must be a whole number from 1 (${span}); it is "${env[name]}".`);
    return value;
  };
  const countries = (): Countries => {
    try {
      return readCountries(env.SMS_COUNTRIES);
    } catch (error) {
      problems.push((error as Error).message);
      return "all";
    }
  };
  const hosts = (): string[] => {
    const written = (env.PUSH_HOSTS?.trim() || usualPushHosts).split(",").map((host) => host.trim().toLowerCase());
    const wrong = written.filter((host) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/.test(host));
    if (wrong.length > 0) {
      problems.push(
        `PUSH_HOSTS must be names of hosts with commas between them, such as push.apple.com; "${wrong.join(", ")}" is none.`,
      );
    }
    return written;
  };
  const settings: Settings = {
    cosmos: connection("COSMOS", "COSMOS__accountEndpoint"),
    eventGrid: { endpoint: address("EVENTGRID_ENDPOINT"), ...(key ? { key } : {}) },
    webPubSub: connection("WEBPUBSUB", "WEBPUBSUB__endpoint"),
    sms: messages(),
    siteOrigin: address("SITE_ORIGIN").replace(/\/$/, ""),
    codesPerAddress: count("CODES_PER_ADDRESS", 300, "an hour"),
    codesPerHour: count("CODES_PER_HOUR", 400, "an hour"),
    codesPerDay: count("CODES_PER_DAY", 1_500, "a day"),
    smsCountries: countries(),
    pushHosts: hosts(),
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** The value of an extension's setting; `undefined` if it is empty or not set. */
export function declaredSetting(name: string): string | undefined {
  return process.env[name] || undefined;
}

/**
 * Whether a part that shares a function with others is disabled, by the setting with which Azure disables functions. Events that it misses meanwhile are
 * not kept for it.
 * @see https://learn.microsoft.com/azure/azure-functions/disable-function
 */
export function isSwitchedOff(name: string): boolean {
  return [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs_${name}_Disabled`].some((key) =>
    /^(true|1)$/i.test(process.env[key] ?? ""),
  );
}

let read: Settings | undefined;

/** The settings of this process. */
export function settings(): Settings {
  read ??= readSettings(process.env);
  return read;
}
