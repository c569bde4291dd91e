/**
 * The application's settings. On Azure each service is named by its endpoint and reached with the app's managed identity; a connection string
 * (`COSMOS`, `WEBPUBSUB`, `SMS`) or key (`EVENTGRID_KEY`) takes its place where there is no identity.
 */
export interface Settings {
  cosmos: Connection;
  eventGrid: { endpoint: string; key?: string };
  webPubSub: Connection;
  /**
   * How one-time codes reach people. `console` writes them to the log, for a demonstration without a phone number: who reads the log can sign in
   * as anyone.
   */
  sms: (Connection & { channel: "sms"; from: string }) | { channel: "console" };
  /** Origin of the web apps, such as https://coffee.example: the QR code points there. */
  siteOrigin: string;
  /** Codes that may be sent in an hour on behalf of one network address: a whole conference may stand behind one. */
  codesPerAddress: number;
}

export type Connection = { connectionString: string } | { endpoint: string };

/** Thrown at start: names every setting that is missing or wrong, all at once. */
export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(`The settings are not complete:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.name = "SettingsError";
  }
}

/** Reads and checks the settings. @throws SettingsError */
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
  const codesPerAddress = Number(env.CODES_PER_ADDRESS ?? 300);
  if (!Number.isInteger(codesPerAddress) || codesPerAddress < 1)
    problems.push(`CODES_PER_ADDRESS must be a whole number from 1 (an hour); it is "${env.CODES_PER_ADDRESS}".`);
  const settings: Settings = {
    cosmos: connection("COSMOS", "COSMOS__accountEndpoint"),
    eventGrid: { endpoint: address("EVENTGRID_ENDPOINT"), ...(key ? { key } : {}) },
    webPubSub: connection("WEBPUBSUB", "WEBPUBSUB__endpoint"),
    sms: messages(),
    siteOrigin: address("SITE_ORIGIN").replace(/\/$/, ""),
    codesPerAddress,
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

let read: Settings | undefined;

/** The settings of this process. */
export function settings(): Settings {
  read ??= readSettings(process.env);
  return read;
}
