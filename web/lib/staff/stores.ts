import type { AppName } from "../../../contracts/common.ts";
import { type App, opens } from "../app.svelte.ts";
import { keep, kept } from "../browser.ts";
import { type ChooseStore, isStoreId } from "../config.ts";
import { compareIn } from "../intl.ts";

const keyOf = (app: AppName): string => `crema.store.${app}`;

/**
 * Which store a screen of staff shows: the one that its address names, which this device remembers, else the last. The address then names it, for
 * a bookmark to lead there. Customers have no such memory: the code that they scan, or the site, says which store it is.
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

/** The next page that names none shows the site's store again. */
export function forgetChoice(app: AppName): void {
  keep(keyOf(app), undefined);
}

/** Where the app shows another store. */
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

/** The other stores at which whoever is signed in may use this app, by their names. */
export function otherStores({ name, session, store }: App): OtherStore[] {
  const compare = compareIn();
  return Object.entries(session.me?.stores ?? {})
    .filter(([id]) => id !== store && session.has(id, ...opens[name]))
    .map(([id, one]) => ({ id, ...one }))
    .sort((a, b) => compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}
