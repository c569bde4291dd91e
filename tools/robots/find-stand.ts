import type { SiteConfig } from "../../web/lib/config.ts";
import type { Address } from "./device.ts";
import { isHere, type RobotsOptions } from "./options.ts";
import type { Worker } from "./staff.ts";

/** Where the parts of a stand are, according to its site. */
export interface Found {
  address: Address;
  people: readonly Worker[];
  inbox: string;
  /** Missing if time cannot be moved. */
  control?: string;
}

/** Finds a running stand. @throws Error that says what is missing, and what would be right */
export async function findStand({ url, inbox, control }: RobotsOptions): Promise<Found> {
  const config = await configOf(url);
  const { api, store, tryIt } = config;
  // `npm start` gives the services the ports after the site's.
  const at = (offset: number) => (isHere(url) ? `http://127.0.0.1:${Number(url.port || 80) + offset}/` : undefined);
  const messages = inbox?.href ?? tryIt?.inbox ?? at(3);
  if (tryIt === undefined || messages === undefined) {
    throw new Error(
      `The stand at ${url.origin} has no SMS inbox that robots can read, so they cannot sign in. A stand on Azure sends its codes to real phones; ` +
        "robots need one that runs on a local Azure (npm start), here or, with --inbox, on a machine that opens its inbox (--host --open-inbox).",
    );
  }
  const clock = control?.href ?? at(4);
  return {
    address: { api: api.replace(/\/$/, ""), store },
    people: tryIt.people,
    inbox: messages,
    ...(clock && { control: clock }),
  };
}

async function configOf(url: URL): Promise<SiteConfig> {
  const address = new URL("/config.json", url);
  const reply = await fetch(address).catch((error: Error) => {
    const why = (error.cause as Error | undefined)?.message ?? error.message;
    throw new Error(`No stand answers at ${url.origin} (${why}). Start one with npm start, or name it with --url.`);
  });
  const config = reply.ok ? ((await reply.json().catch(() => ({}))) as Partial<SiteConfig>) : {};
  if (config.api === undefined || config.store === undefined)
    throw new Error(`What answers at ${url.origin} is no stand's site: it has no config.json with "api" and "store".`);
  return config as SiteConfig;
}

/** The speed of a local stand's clock relative to the machine's. @param speed to set first @returns a function that restores it */
export async function speedOf(
  control: string | undefined,
  speed?: number,
): Promise<{ speed: number; restore(): Promise<void> }> {
  const ask = async (method: string, path: string) => {
    const reply = await fetch(new URL(path, control), { method });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status}`);
    return ((await reply.json()) as { speed: number }).speed;
  };
  let before: number;
  try {
    before = await ask("GET", "status");
  } catch (error) {
    if (speed === undefined) return { speed: 1, restore: async () => undefined };
    throw new Error(
      `The control page at ${control} does not answer, so the clock cannot be moved (${(error as Error).message}).`,
    );
  }
  if (speed === undefined && before === 0)
    throw new Error(`The stand's clock is held. Let it run (${control}), or give --speed.`);
  if (speed === undefined || speed === before) return { speed: before, restore: async () => undefined };
  await ask("POST", `clock/speed?times=${speed}`);
  const back = before === 0 ? "clock/hold" : `clock/speed?times=${before}`;
  return { speed, restore: async () => void (await ask("POST", back)) };
}
