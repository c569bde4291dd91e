import { askConfig, deleteDocument, putDocument, setRetired } from "../../web/admin/calls.ts";
import { codeOf } from "../../web/lib/api.ts";
import { setAvailable, setOpen, setPause } from "../../web/lib/staff/store-calls.ts";
import type { Device } from "../robots/device.ts";
import { second } from "../robots/habits.ts";
import type { Life } from "../robots/life.ts";
import type { Bar } from "./bar.ts";
import type { Deed } from "./day.ts";
import { pair, signOutOf, type Ways } from "./devices-of-others.ts";
import { lastFirst, putBack, runOut, takeOff } from "./menu-edits.ts";
import type { OtherStores } from "./other-stores.ts";
import { recount } from "./recount.ts";
import { replay } from "./replay.ts";
import type { World } from "./world.ts";

/** With several stands, some faults occur repeatedly, and a dismissed barista must come back: so retries last longer than any outage. */
const mostTries = 40;
const pauseAfter = (tries: number) => (tries < 20 ? 5 : 30) * second;

/** An admin who makes changes during the day, in the admin app and directly in Cosmos DB. */
export class Owner {
  readonly #life: Life;
  readonly #device: Device;
  readonly #world: World;
  readonly #store: string;
  readonly #bar: Bar;
  readonly #otherStores: OtherStores;
  /** Dismissed baristas who will come back, by their documents' ids. */
  readonly #sentAway = new Map<string, { deed: Deed; document: Parameters<typeof putDocument>[1] | undefined }>();

  constructor(life: Life, device: Device, world: World, store: string, bar: Bar, otherStores: OtherStores) {
    this.#life = life;
    this.#device = device;
    this.#world = world;
    this.#store = store;
    this.#bar = bar;
    this.#otherStores = otherStores;
    device.refresh = async () => {
      await device.loadPage();
      await device.loadOrders(() => device.api.orders());
    };
  }

  /** Runs an action, and repeats it if it failed, as a person would. */
  do(deed: Deed): Promise<void> {
    return this.#insist(deed, () => this.#once(deed));
  }

  /** Retries a step until it succeeds. */
  async #insist(deed: Deed, step: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      try {
        await step();
        return;
      } catch (error) {
        // A drink that was on the menu a moment ago was removed.
        if (deed.does === "sell-out" && codeOf(error) === "not-found") return;
        this.#life.ledger.trouble(`owner: ${deed.does}`, error);
        await this.#life.sleep(pauseAfter(tries));
      }
    }
  }

  async #once(deed: Deed): Promise<void> {
    const { api } = this.#device;
    switch (deed.does) {
      case "close":
      case "open":
        await setOpen(api, deed.does === "open");
        return;
      case "pause":
        await setPause(api, deed.minutes);
        return;
      case "set":
        return this.#change("store", deed.settings);
      case "spoil": {
        const [store] = this.#world.documents<Record<string, unknown>>("config", this.#store, "c.id = 'store'");
        // It was spoilt a moment ago and is still to be corrected.
        if (store?.capacity === "many") return;
        await this.#world.azure.cosmos.manage.save("crema", "config", { ...store, capacity: "many" });
        await this.#life.sleep(30 * second);
        // The owner sees the message and corrects it.
        await this.#world.azure.cosmos.manage.save("crema", "config", { ...store });
        return;
      }
      case "sell-out": {
        const { menu } = await this.#device.loadPage();
        const drink = menu[deed.drink % menu.length];
        if (drink) await setAvailable(api, drink.id, !drink.available);
        return;
      }
      case "recount":
        return recount(this.#device, this.#world.documents("orders", this.#store, "c.kind = 'order'"));
      case "replay":
        return this.#life.time.during(replay(this.#world, this.#store));
      case "dismiss":
        return this.#dismiss(deed);
      case "retire":
        await this.#insist(deed, () => setRetired(api, true));
        await this.#life.sleep(deed.lasts);
        return this.#insist(deed, () => setRetired(api, false));
      case "take-off":
        return this.#takeOff(deed);
      case "arrange":
        return lastFirst(this.#device);
      case "run-out":
        return runOut(this.#world, this.#store, deed.choice);
      case "make-store":
        return this.#otherStores.make(this.#device.phone, deed.copies, this.#ways(deed));
      case "sign-out":
        return signOutOf(deed, this.#ways(deed));
      case "pair":
        return pair(deed, this.#ways(deed));
    }
  }

  #ways(deed: Deed): Ways {
    const insist = (step: () => Promise<unknown>) => this.#insist(deed, step);
    return { life: this.#life, api: this.#device.api, store: this.#store, bar: this.#bar, insist };
  }

  async #change(id: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    const { api } = this.#device;
    const found = (await askConfig(api)).documents.find(({ document }) => document.id === id);
    if (found !== undefined) await putDocument(api, { ...found.document, ...change }, found.etag);
  }

  async #takeOff(deed: Extract<Deed, { does: "take-off" }>): Promise<void> {
    let taken: Awaited<ReturnType<typeof takeOff>>;
    await this.#insist(deed, async () => {
      taken = await takeOff(this.#device, deed.drink);
    });
    await this.#life.sleep(deed.lasts);
    const document = taken;
    if (document) await this.#insist(deed, () => putBack(this.#device, document));
  }

  /** A dismissed barista receives no orders of the store any more, and may not change them. */
  async #dismiss(deed: Extract<Deed, { does: "dismiss" }>): Promise<void> {
    const { api } = this.#device;
    const { barista, lasts } = deed;
    const phone = this.#bar.phones[barista] ?? "";
    const id = `staff:${phone}`;
    const away = this.#sentAway.get(id);
    // Nobody is dismissed twice at the same time.
    if (away && away.deed !== deed) return;
    // Set before the first request: when the clock jumps, two actions may be about to dismiss the same barista.
    const sent = away ?? { deed, document: undefined };
    this.#sentAway.set(id, sent);
    const found = (await askConfig(api)).documents.find(({ document }) => document.id === id);
    // If the document is missing, an earlier attempt succeeded and only its response was lost.
    const document = found?.document ?? sent.document;
    if (document === undefined) return void this.#sentAway.delete(id);
    sent.document = document;
    if (found !== undefined) await deleteDocument(api, id, found.etag);
    await this.#life.sleep(Math.min(lasts, this.#bar.endsWithin));
    const theirs = this.#bar.deviceOf(phone);
    const heard = theirs && new Map(theirs.orders);
    await this.#life.sleep(Math.max(0, lasts - this.#bar.endsWithin));
    for (const [order, { version }] of theirs?.orders ?? [])
      if (heard?.get(order)?.version !== version)
        this.#bar.wrong(`${phone} works here no more, and was told of order ${order}.`);
    await putDocument(api, document);
    this.#sentAway.delete(id);
  }
}
