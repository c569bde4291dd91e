import type { ChangeFeedSource, Cosmos } from "./cosmos/index.ts";
import { connectionSettings } from "./functions/bindings/connections.ts";
import { type AppSettings, settingOf } from "./kernel/app-settings.ts";

type Account = Pick<Cosmos, "httpsEndpoint" | "key" | "feed">;

/**
 * The Cosmos DB account under every name of a connection whose settings lead to it: the application chooses which of them a trigger names. They do so
 * by a connection string with the account's address and key, or, for a connection by identity, by the address in `NAME__accountEndpoint`.
 * @param names further host names of this machine
 */
export function feedsOf(
  settings: AppSettings,
  account: Account,
  names: readonly string[] = [],
): Record<string, ChangeFeedSource> {
  const leading = connectionNames(settings).filter((name) => {
    const found = connectionSettings(settings, name);
    if (found?.value) return byKey(found.value, account, names);
    const address = found && settingOf(settings, `${found.name}:accountEndpoint`);
    return address !== undefined && isAt(address, account, names);
  });
  return Object.fromEntries(leading.map((name) => [name, account.feed]));
}

/** All names of connections that could find one of the settings. */
function connectionNames(settings: AppSettings): string[] {
  const written = Object.keys(settings).map((name) => name.replaceAll("__", ":"));
  const plain = written.map((name) => name.replace(/:accountEndpoint$/i, "").replace(/^ConnectionStrings:/i, ""));
  return [...new Set(plain.flatMap((name) => [name.replace(/^AzureWebJobs/i, ""), name]))];
}

function byKey(text: string, account: Account, names: readonly string[]): boolean {
  const part = (name: string) => new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*([^;]*)`, "i").exec(text)?.[1]?.trim() ?? "";
  return isAt(part("AccountEndpoint"), account, names) && part("AccountKey") === account.key;
}

/** Whether an address is the account's, by http or https, and under any name of this machine. */
function isAt(address: string, { httpsEndpoint }: Account, names: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const [own, given] = [new URL(httpsEndpoint), new URL(address)];
  return given.port === own.port && [own.hostname, "localhost", "127.0.0.1", ...names].includes(given.hostname);
}
