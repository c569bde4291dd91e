import type { PairingReply } from "../../contracts/pairing.ts";
import {
  approvePairing,
  askConfig,
  askDevices,
  deleteDocument,
  endDevice,
  endDevicesOf,
  putDocument,
  setRetired,
} from "../../web/admin/calls.ts";
import { codeOf } from "../../web/lib/api.ts";
import { setAvailable, setOpen, setPause } from "../../web/lib/staff/store-calls.ts";
import type { Device } from "../robots/device.ts";
import { second } from "../robots/habits.ts";
import type { Life } from "../robots/life.ts";
import type { Deed } from "./day.ts";
import { lastFirst, putBack, runOut, takeOff } from "./menu-edits.ts";
import { recount } from "./recount.ts";
import { replay } from "./replay.ts";
import type { World } from "./world.ts";

/** Several stands at a time meet what is refused several times over, and who was sent away is to come back. */
const mostTries = 20;

/** Those who work at the bar, and what hangs on the wall, as the owner sees them. */
export interface Bar {
  phones: readonly string[];
  deviceOf(phone: string): Device | undefined;
  /** Within so many ms of the clock a role that is taken away has ended everywhere. */
  endsWithin: number;
  /** Whether nothing goes wrong: then a session that is ended hears nothing at once, and else once Web PubSub is there. */
  calm: boolean;
  /** Whoever holds it was signed out, and signs in again. */
  signInAnew(device: Device): Promise<void>;
  /** One more screen on the wall, that nobody is signed in on. @returns it, and what takes it down */
  hangAnother(): { screen: Device; hang(): void; takeDown(): void };
  wrong(says: string): void;
}

/** Somebody who changes things in the middle of a day, in the admin app and straight in Cosmos DB. */
export class Owner {
  readonly #life: Life;
  readonly #device: Device;
  readonly #world: World;
  readonly #store: string;
  readonly #bar: Bar;
  /** Those who are sent away and are to come back, by their documents' ids. */
  readonly #sentAway = new Map<string, { deed: Deed; document: Parameters<typeof putDocument>[1] | undefined }>();

  constructor(life: Life, device: Device, world: World, store: string, bar: Bar) {
    this.#life = life;
    this.#device = device;
    this.#world = world;
    this.#store = store;
    this.#bar = bar;
    device.refresh = async () => {
      await device.loadPage();
      await device.loadOrders(() => device.api.orders());
    };
  }

  /** Does it, and does it again when nothing came of it: as somebody who sees that it did not work. */
  do(deed: Deed): Promise<void> {
    return this.#insist(deed, () => this.#once(deed));
  }

  /** A step of something, until it is done. */
  async #insist(deed: Deed, step: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      try {
        await step();
        return;
      } catch (error) {
        // What was on the menu a moment ago was taken off.
        if (deed.does === "sell-out" && codeOf(error) === "not-found") return;
        this.#life.ledger.trouble(`owner: ${deed.does}`, error);
        await this.#life.sleep(5 * second);
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
        // It was spoilt a moment ago, and is to be put right.
        if (store?.capacity === "many") return;
        await this.#world.azure.cosmos.manage.save("crema", "config", { ...store, capacity: "many" });
        await this.#life.sleep(30 * second);
        // And sees the message, and puts it right.
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
      case "sign-out":
        return this.#signOut(deed);
      case "pair":
        return this.#pair(deed);
    }
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

  /** Whose devices were signed out hears nothing on them. */
  async #signOut(deed: Extract<Deed, { does: "sign-out" }>): Promise<void> {
    const { phones, deviceOf, endsWithin, calm, wrong, signInAnew } = this.#bar;
    const theirs = deviceOf(phones[deed.barista] ?? "");
    const person = theirs?.me?.customerId;
    if (theirs === undefined || person === undefined) return;
    const { token } = theirs;
    const { api } = this.#device;
    // Who was sent away is on no list of those who work here.
    let listed = false;
    await this.#insist(deed, async () => {
      listed = (await askDevices(api)).devices.some((device) => device.person === person);
      if (listed) await endDevicesOf(api, person);
    });
    if (!listed) return;
    await this.#life.sleep(endsWithin);
    if (calm && token !== undefined && theirs.token === token)
      wrong(`All devices of ${theirs.phone} were signed out, and one does not know it.`);
    await this.#life.sleep(deed.lasts);
    await signInAnew(theirs);
  }

  /** A screen that was paired, and is no display any more, shows and hears nothing. */
  async #pair(deed: Extract<Deed, { does: "pair" }>): Promise<void> {
    const { api } = this.#device;
    const { endsWithin, calm, wrong, hangAnother } = this.#bar;
    const { screen, hang, takeDown } = hangAnother();
    let asked: PairingReply | undefined;
    await this.#insist(deed, async () => {
      // What could not be approved in time is asked for anew.
      if (asked !== undefined && Date.parse(asked.expiresAt) <= this.#life.time.now()) asked = undefined;
      asked ??= await screen.api.inStore<PairingReply>("POST", "/pairings", { body: {}, anonymous: true });
      await approvePairing(api, this.#store, asked.code, screen.phone);
      await screen.begin(asked.secret);
    });
    if (!screen.signedIn) return;
    hang();
    await this.#life.sleep(deed.lasts);
    takeDown();
    await this.#insist(deed, async () => {
      const { devices } = await askDevices(api);
      for (const { id, paired, name } of devices) if (paired && name === screen.phone) await endDevice(api, id);
    });
    await this.#life.sleep(endsWithin);
    if (calm && screen.signedIn) wrong(`${screen.phone} is paired no more, and does not know it.`);
  }

  /** Who works there no more hears nothing of the store's orders, and may do nothing with them. */
  async #dismiss(deed: Extract<Deed, { does: "dismiss" }>): Promise<void> {
    const { api } = this.#device;
    const { barista, lasts } = deed;
    const phone = this.#bar.phones[barista] ?? "";
    const id = `staff:${phone}`;
    const away = this.#sentAway.get(id);
    // Who was sent away already is not sent away again.
    if (away && away.deed !== deed) return;
    // Before anything is asked: where the clock jumps, two may be about to send the same one away.
    const sent = away ?? { deed, document: undefined };
    this.#sentAway.set(id, sent);
    const found = (await askConfig(api)).documents.find(({ document }) => document.id === id);
    // Where it is not there the try before took effect, and only its answer was lost.
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
