import type { AppName } from "../../../contracts/common.ts";
import { type App, opens } from "../app.svelte.ts";
import { keep, kept } from "../browser.ts";
import { type ChooseStore, isStoreId } from "../config.ts";
import { compareIn } from "../intl.ts";

const keyOf = (app: AppName): string => `crema.store.${app}`;

/**
 * The store that a staff screen shows: the one in its address, else the one that this device remembers. The address then contains it, for bookmarks.
 * Customers have no such memory: the scanned code or the site determines the store.
 */
export function chosenOn(app: AppName): ChooseStore {
  return (named) => {
    if (named !== undefined) {
      keep(keyOf(app), named);
      return named;
    }
    const last = kept(keyOf(app));
    if (!isStoreId(last)) return undefined;
    history.replaceState(null, "", addressOf(last) + location.hash);
    return last;
  };
}

/** Forgets the store: the next page without one in its address shows the site's store again. */
export function forgetChoice(app: AppName): void {
  keep(keyOf(app), undefined);
}

/** The address at which the app shows another store. */
export function addressOf(store: string): string {
  const address = new URL(location.href);
  address.searchParams.set("store", store);
  return address.pathname + address.search;
}

export interface OtherStore {
  id: string;
  name: string;
  retired: boolean;
}

/** The other stores at which the user may use this app, sorted by name. */
export function otherStores({ name, session, store }: App): OtherStore[] {
  const compare = compareIn();
  return Object.entries(session.me?.stores ?? {})
    .filter(([id]) => id !== store && session.has(id, ...opens[name]))
    .map(([id, one]) => ({ id, ...one }))
    .sort((a, b) => compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}
