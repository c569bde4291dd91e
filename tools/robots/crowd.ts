import type { OrderView } from "../../contracts/order.ts";
import { Barista } from "./barista.ts";
import { checkOrders } from "./check.ts";
import { Counter } from "./counter.ts";
import { type Address, Device } from "./device.ts";
import { Guest } from "./guest.ts";
import { type Crowd, hasteOf, hour, minute, second } from "./habits.ts";
import type { Inbox } from "./inbox.ts";
import { Ledger } from "./ledger.ts";
import { Life } from "./life.ts";
import { customerPhone } from "./phones.ts";
import type { Place } from "./place.ts";
import { Admin, baristasOf, checkRole, type Worker } from "./staff.ts";
import { Stopped } from "./stopped.ts";
import type { Time } from "./time.ts";
import { planVisit } from "./visit-plan.ts";
import { walkIn } from "./walk-in.ts";
import { Wall } from "./wall.ts";

export interface CrowdOptions extends Crowd {
  seed: number;
  /** The end of new visits, by minutes or by number; without both they continue until `stop`. */
  minutes?: number;
  visits?: number;
  /** Whether the store's limits are raised so that everybody is admitted, and restored afterwards. */
  makeRoom: boolean;
  /** Whether all customers sign in before the first visit; otherwise each does in their first one. */
  signInFirst?: boolean;
}

export interface Stand {
  address: Address;
  inbox: Inbox;
  people: readonly Worker[];
  time: Time;
  /** Ends the run early: open visits are abandoned. */
  stop: AbortSignal;
}

export interface Outcome {
  ledger: Ledger;
  /** The robots' orders at the stand; missing if the run ended early. */
  orders?: OrderView[];
  /** The duration of the run, in ms of the machine and of the stand. */
  took: { machine: number; stand: number };
  /** How long new visits started, in ms of the machine. */
  came: number;
}

/** The maximum time for a visit after the last one has begun: choosing, making, fetching. */
const lastOnesWithin = hour;

/** A running crowd, with promises for its start and its end. */
export interface AtWork {
  /** Resolves once everybody is signed in and the store is open. Rejects with the reason if that fails. */
  ready: Promise<void>;
  ended: Promise<Outcome>;
  ledger: Ledger;
}

/** Starts a crowd at a stand. */
export function startCrowd(options: CrowdOptions, stand: Stand): AtWork {
  const ledger = new Ledger();
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const ended = new Run(options, stand, ledger).run(ready);
  const opened = Promise.race([isReady, ended.then(() => undefined)]);
  // Callers who only wait for the end get the error there.
  opened.catch(() => undefined);
  return { ready: opened, ended, ledger };
}

class Run {
  readonly #options: CrowdOptions;
  readonly #stand: Stand;
  readonly #ledger: Ledger;
  /** Stops the staff once the last guest has gone. */
  readonly #closing = new AbortController();
  readonly #guests: Life;
  readonly #staff: Life;
  readonly #counter = new Counter();
  readonly #devices: Device[] = [];
  #lastCame = 0;

  constructor(options: CrowdOptions, stand: Stand, ledger: Ledger) {
    this.#options = options;
    this.#stand = stand;
    this.#ledger = ledger;
    this.#guests = new Life(stand.time, ledger, stand.stop);
    this.#staff = new Life(stand.time, ledger, AbortSignal.any([stand.stop, this.#closing.signal]));
  }

  async run(ready: () => void): Promise<Outcome> {
    const { time, stop } = this.#stand;
    let admin: Admin | undefined;
    try {
      const staffed = await this.#openUp();
      admin = staffed.admin;
      const guests = await this.#invite(this.#place(staffed.wall));
      ready();
      const began = { machine: performance.now(), stand: time.now() };
      const serving = Promise.all([staffed.wall.hang(), ...staffed.baristas.map((barista) => barista.work())]);
      const tills = staffed.baristas.map(({ device }) => device);
      await this.#come(guests, this.#place(staffed.wall), tills).catch((error: unknown) => {
        if (!(error instanceof Stopped)) throw error;
      });
      const took = { machine: performance.now() - began.machine, stand: time.now() - began.stand };
      this.#closing.abort();
      await serving;
      const came = this.#lastCame - began.machine;
      if (stop.aborted) return { ledger: this.#ledger, took, came };
      const bar = staffed.baristas[0]?.device;
      const orders = bar && (await checkOrders(bar, this.#ledger, began.stand));
      return { ledger: this.#ledger, took, came, ...(orders && { orders }) };
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      // Stopped before anybody came.
      return { ledger: this.#ledger, took: { machine: 0, stand: 0 }, came: 0 };
    } finally {
      this.#closing.abort();
      // Devices are closed before the staff documents are removed, so that they do not notice.
      for (const device of this.#devices) if (device !== admin?.device) device.close();
      await admin?.leave();
      admin?.device.close();
    }
  }

  /** A person with two roles at the stand uses one phone. */
  #device(life: Life, phone: string): Device {
    const known = this.#devices.find((one) => one.phone === phone);
    if (known !== undefined) return known;
    const device = new Device(life, this.#stand.address, phone);
    this.#devices.push(device);
    return device;
  }

  /** Starts the display, the baristas and, if needed, an admin. @throws Error if somebody lacks the role that they need */
  async #openUp(): Promise<{ wall: Wall; baristas: Barista[]; admin: Admin | undefined }> {
    const { baristas: wanted, makeRoom } = this.#options;
    const { address, inbox, people } = this.#stand;
    const one = (role: string) => people.find(({ roles }) => roles.includes(role));
    const { there, toBring } = baristasOf(people, wanted);
    const signIn = async (device: Device, role: "admin" | "barista" | "display") => {
      if (!device.signedIn) await device.signIn(inbox);
      checkRole(device, address.store, role);
      await device.refresh();
    };
    let admin: Admin | undefined;
    if (makeRoom || toBring.length > 0) {
      const phone = one("admin")?.phone;
      if (phone === undefined) throw new Error("No admin of the stand is known, and one is needed.");
      admin = new Admin(this.#staff, this.#device(this.#staff, phone));
      await signIn(admin.device, "admin");
      if (makeRoom) await admin.makeRoom(roomFor(this.#options));
      await admin.bring(toBring);
    }
    const bar = {
      life: this.#staff,
      seed: this.#options.seed,
      counter: this.#counter,
      haste: hasteOf(this.#options).baristas,
      baristas: there.length + toBring.length,
    };
    const baristas: Barista[] = [];
    for (const [n, { phone }] of [...there, ...toBring].entries()) {
      const barista = new Barista(bar, this.#device(this.#staff, phone), n);
      await signIn(barista.device, "barista");
      baristas.push(barista);
    }
    const phone = one("display")?.phone;
    if (phone === undefined) throw new Error("No display of the stand is known, and robots read its code.");
    const wall = new Wall(this.#staff, this.#device(this.#staff, phone));
    await signIn(wall.device, "display");
    await baristas[0]?.open();
    return { wall, baristas, admin };
  }

  #place(wall: Wall): Place {
    return {
      life: this.#guests,
      seed: this.#options.seed,
      inbox: this.#stand.inbox,
      wall,
      counter: this.#counter,
    };
  }

  async #invite(place: Place): Promise<Guest[]> {
    const { customers, signInFirst } = this.#options;
    const guests = Array.from(
      { length: customers },
      (_, n) => new Guest(place, this.#device(this.#guests, customerPhone(n))),
    );
    // A few at a time, as at a door.
    if (signInFirst)
      for (let n = 0; n < guests.length; n += 8)
        await Promise.all(guests.slice(n, n + 8).map((guest) => guest.signIn()));
    return guests;
  }

  /** Starts one visit after another, and resolves when the last guest has gone. @throws Stopped */
  async #come(guests: readonly Guest[], place: Place, tills: readonly Device[]): Promise<void> {
    const { seed, anHour, visits = Number.POSITIVE_INFINITY, minutes = Number.POSITIVE_INFINITY } = this.#options;
    const life = this.#guests;
    const haste = hasteOf(this.#options).customers;
    const free = [...guests];
    const going = new Set<Promise<void>>();
    const end = life.time.now() + minutes * minute;
    // By the clock and not by the previous visit: slow responses do not reduce the load.
    let due = life.time.now();
    for (let n = 0; n < visits; n++) {
      const plan = planVisit(seed, n, anHour, haste);
      due += plan.gap;
      if (due > end) break;
      if (due > life.time.now()) await life.sleep(due - life.time.now());
      const till = plan.noPhone && tills[n % tills.length];
      if (till) {
        this.#lastCame = performance.now();
        const visit: Promise<void> = walkIn(place, till, plan).then(() => {
          going.delete(visit);
        });
        going.add(visit);
        continue;
      }
      while (free.length === 0)
        await life.sleep(5 * second, (wake) => {
          for (const visit of going) void visit.then(wake);
          return () => undefined;
        });
      this.#lastCame = performance.now();
      const [guest] = free.splice(Math.floor(plan.who * free.length), 1);
      if (guest === undefined) continue;
      const visit: Promise<void> = guest.visit(plan).then(() => {
        going.delete(visit);
        free.push(guest);
      });
      going.add(visit);
    }
    await life.sleep(lastOnesWithin, (wake) => {
      void Promise.all(going).then(wake);
      return () => undefined;
    });
    if (life.stopped) throw new Stopped();
    if (going.size > 0) this.#ledger.error(`${going.size} visits had not ended an hour after the last one began.`);
  }
}

/** The store's settings for this many visitors: a code's scans twice over, since visitors come in bursts. */
function roomFor(crowd: Crowd): Record<"capacity" | "scansPerCode" | "codeMinutes" | "choosingMinutes", number> {
  const { customers, anHour } = crowd;
  // In a hurry, times are short.
  const choosingMinutes = hasteOf(crowd).customers < 0.5 ? 1 : 5;
  const codeMinutes = anHour > 3_000 ? 1 : 5;
  const perCode = 10 + 10 * Math.ceil(((2 * anHour) / 600) * codeMinutes);
  return {
    capacity: Math.min(1_000, customers + 20),
    scansPerCode: Math.min(1_000, perCode),
    codeMinutes,
    choosingMinutes,
  };
}
