import { NetworkError } from "./api.ts";

/** What the site is told when it is started or deployed (`web/stamp.ts` writes it); never part of the build. */
export interface SiteConfig {
  /** Address of the HTTP API, without a slash at its end: `http://127.0.0.1:4281/api`. */
  api: string;
  /** The store that this site shows when its address names none. */
  store: string;
  /** What newcomers are told where a stand was started to be tried; a deployed one says nothing. */
  tryIt?: TryIt;
  /** What the stand runs beside its core, and hears of its events. */
  extensions?: Hearer[];
}

/** The same, for the store that a page's address names; `home` is the one it would show otherwise. */
export type PageConfig = SiteConfig & { home: string };

/** An extension, as stories tell of it. */
export interface Hearer {
  name: string;
  /** What it is for, in a sentence. */
  description: string;
  subscriptions: { name: string; types: string[] }[];
}

/** Who may sign in, and where the messages with their codes land. */
export interface TryIt {
  people: { phone: string; name: string; roles: readonly string[] }[];
  /** A number that nobody who works here has. */
  guest: string;
  /** Address of the page that shows all messages; without one it can be opened on the computer alone that the stand runs on. */
  inbox?: string;
}

/** Which store a page shows, by the one that its address names; `undefined` leaves it to the site. */
export type ChooseStore = (named: string | undefined) => string | undefined;

/** Whether a text can be the id of a store. */
export const isStoreId = (text: unknown): text is string =>
  typeof text === "string" && /^[a-z0-9][a-z0-9-]{0,39}$/.test(text);

/**
 * Reads `/config.json`. `?store=` in the page's address takes precedence over the store in the file; staff choose one on their device.
 * @throws NetworkError when there is no answer, Error when the file is missing or is not what it should be.
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
