import { decimalNumber, optionsIn, UsageError, wholeNumber } from "../say-usage.ts";
import { speeds } from "../speeds.ts";
import type { CrowdOptions } from "./crowd.ts";
import { mostBaristas } from "./staff.ts";

/** The options of `npm run robots`. */
export interface RobotsOptions extends CrowdOptions {
  /** Address of the stand's site. */
  url: URL;
  /** Of the SMS inbox and of the control page; for a stand on this machine they are derived from `url`. */
  inbox?: URL;
  control?: URL;
  /** Speed to set for the stand's clock; if missing, it is unchanged. */
  speed?: number;
}

/** A stand sends at most 300 codes an hour to one network, and each number belongs to one robot. */
export const mostCustomers = 250;

export const usage = `npm run robots -- [options]
  --customers N   guests, each of whom comes several times (default 40, at most ${mostCustomers}: a stand sends 300 sign-in codes an hour to one network)
  --an-hour N     visits an hour (default 150)
  --baristas N    baristas (default 2, at most ${mostBaristas}; an admin robot adds those that the stand lacks, and removes them at the end)
  --minutes N     no new guests after N minutes of the stand's time (default 10)
  --orders N      or after N visits
  --seed N        the same seed makes the same decisions (default: random; it is printed)
  --speed N       makes the stand's clock run N times as fast meanwhile (only for a stand on this machine)
  --make-room     raises the store's limits (queue, scans of a code) so that everybody gets in, and restores them at the end
  --url ADDR      the stand's site (default http://localhost:4280)
  --inbox ADDR    its SMS inbox, --control ADDR its control page, where they are not at the ports that npm start gives them
  --i-may         confirms, for a --url on another machine, that you are allowed to load it`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const options = {
  customers: text,
  "an-hour": text,
  baristas: text,
  minutes: text,
  orders: text,
  seed: text,
  speed: text,
  "make-room": flag,
  url: text,
  inbox: text,
  control: text,
  "i-may": flag,
};

type Counted = "customers" | "an-hour" | "baristas" | "minutes" | "orders" | "seed";

/** Parses the command line. @throws UsageError that says what was wrong, and what would be right */
export function robotsOptions(args: string[], chance: () => number = Math.random): RobotsOptions {
  const values = optionsIn(usage, args, options);
  const wrong = (words: string) => new UsageError(`${words}\n\n${usage}`);
  const count = (name: Counted, most: number): number | undefined => {
    const value = values[name];
    return value === undefined ? undefined : wholeNumber(`--${name}`, value, 1, most, usage);
  };
  const address = (name: "url" | "inbox" | "control"): URL | undefined => {
    const value = values[name];
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      throw wrong(`--${name} must be an address, such as http://localhost:4280; it is "${value}".`);
    return url;
  };
  const url = address("url") ?? new URL("http://localhost:4280");
  if (!isHere(url) && values["i-may"] !== true)
    throw wrong(
      `${url.origin} is not on this machine. A crowd of robots puts load on it and costs its owner money. If you are allowed to, add --i-may.`,
    );
  const speed = values.speed === undefined ? undefined : decimalNumber("--speed", values.speed, speeds, usage);
  if (speed !== undefined && !isHere(url))
    throw wrong(`--speed moves the clock of a stand on this machine; elsewhere time cannot be moved.`);
  const visits = count("orders", 100_000);
  const minutes = count("minutes", 7 * 24 * 60) ?? (visits === undefined ? 10 : undefined);
  const [inbox, control] = [address("inbox"), address("control")];
  return {
    url,
    ...(inbox && { inbox }),
    ...(control && { control }),
    ...(speed !== undefined && { speed }),
    customers: count("customers", mostCustomers) ?? 40,
    anHour: count("an-hour", 1_000_000) ?? 150,
    baristas: count("baristas", mostBaristas) ?? 2,
    ...(visits !== undefined && { visits }),
    ...(minutes !== undefined && { minutes }),
    seed: count("seed", 2 ** 32) ?? 1 + Math.floor(chance() * 999_999),
    makeRoom: values["make-room"] === true,
  };
}

/** Whether a URL points to this machine, so that no other one gets the load. */
export function isHere({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
