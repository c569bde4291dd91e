import { NetworkError } from "./api.ts";

/** Settings of the site, which are written when it is started or deployed (by `web/stamp.ts`) and are not part of the build. */
export interface SiteConfig {
  /** Base URL of the HTTP API, without a trailing slash: `http://127.0.0.1:4281/api`. */
  api: string;
  /** The store that this site shows if the address names none. */
  store: string;
  /** Hints for newcomers, if the stand was started for a trial; a deployed site has none. */
  tryIt?: TryIt;
  /** The extensions of the stand, and the events that each receives. */
  extensions?: Hearer[];
}

/** The same, for the store that a page's address names; `home` is the store that it would show otherwise. */
export type PageConfig = SiteConfig & { home: string };

/** An extension, as stories show it. */
export interface Hearer {
  name: string;
  /** Its purpose, in one sentence. */
  description: string;
  subscriptions: { name: string; types: string[] }[];
}

/** Who may sign in, and where the messages with their codes arrive. */
export interface TryIt {
  people: { phone: string; name: string; roles: readonly string[] }[];
  /** A number that belongs to nobody who works here. */
  guest: string;
  /** Address of the page that shows all messages; if missing, that page can only be opened on the computer that runs the stand. */
  inbox?: string;
}

/** Which store a page shows, given the one that its address names; `undefined` leaves the choice to the site. */
export type ChooseStore = (named: string | undefined) => string | undefined;

/** Whether a text is a valid store id. */
export const isStoreId = (text: unknown): text is string =>
  typeof text === "string" && /^[a-z0-9][a-z0-9-]{0,39}$/.test(text);

/**
 * Reads `/config.json`. `?store=` in the page's address takes precedence over the store in the file. Staff choose a store on their device.
 * @throws NetworkError if there is no response, Error if the file is missing or invalid.
 */
export async function loadConfig(address: string, choose: ChooseStore = (named) => named): Promise<PageConfig> {
  const page = new URL(address);
  const reply = await fetch(new URL("/config.json", page), { cache: "no-cache" }).catch((cause: unknown) => {
    throw new NetworkError("/config.json: no answer", { cause });
  });
  if (!reply.ok) throw new Error(`/config.json: ${reply.status}`);
  const config = (await reply.json()) as Partial<SiteConfig>;
  if (typeof config.api !== "string" || typeof config.store !== "string")
    throw new Error('/config.json must hold "api" and "store"');
  const asked = page.searchParams.get("store");
  const store = choose(isStoreId(asked) ? asked : undefined) ?? config.store;
  return { ...config, api: config.api.replace(/\/$/, ""), store, home: config.store };
}
