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
  /** Nobody comes after so many minutes, or so many visits; without either they come until `stop`. */
  minutes?: number;
  visits?: number;
  /** Whether the store's limits are raised so that all are let in, and put back afterwards. */
  makeRoom: boolean;
  /** Whether all customers sign in before the first visit; otherwise each does with their first. */
  signInFirst?: boolean;
}

export interface Stand {
  address: Address;
  inbox: Inbox;
  people: readonly Worker[];
  time: Time;
  /** Ends it early: what is going on is left as it is. */
  stop: AbortSignal;
}

export interface Outcome {
  ledger: Ledger;
  /** The robots' orders as the stand has them; missing when it ended early. */
  orders?: OrderView[];
  /** How long people came and were served, in ms of the machine and of the stand. */
  took: { machine: number; stand: number };
  /** How long new ones kept coming, in ms of the machine. */
  came: number;
}

/** What a visit can take at most after the last has begun: choosing, being made, being fetched. */
const lastOnesWithin = hour;

/** A crowd at work: told when it is ready, and when it is over. */
export interface AtWork {
  /** Everybody is signed in and the store is open. Rejects with what stood in the way. */
  ready: Promise<void>;
  ended: Promise<Outcome>;
  ledger: Ledger;
}

/** Lets a crowd come to a stand. */
export function startCrowd(options: CrowdOptions, stand: Stand): AtWork {
  const ledger = new Ledger();
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const ended = new Run(options, stand, ledger).run(ready);
  const opened = Promise.race([isReady, ended.then(() => undefined)]);
  // Whoever waits for the end alone learns there what stood in the way.
  opened.catch(() => undefined);
  return { ready: opened, ended, ledger };
}

class Run {
  readonly #options: CrowdOptions;
  readonly #stand: Stand;
  readonly #ledger: Ledger;
  /** Ends those who serve, once the last guest has gone. */
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
      // Before anybody had come.
      return { ledger: this.#ledger, took: { machine: 0, stand: 0 }, came: 0 };
    } finally {
      this.#closing.abort();
      // Whoever is taken off the list of staff then hears nothing of it.
      for (const device of this.#devices) if (device !== admin?.device) device.close();
      await admin?.leave();
      admin?.device.close();
    }
  }

  /** Somebody who does two things at the stand does them with one phone. */
  #device(life: Life, phone: string): Device {
    const known = this.#devices.find((one) => one.phone === phone);
    if (known !== undefined) return known;
    const device = new Device(life, this.#stand.address, phone);
    this.#devices.push(device);
    return device;
  }

  /** The display, the baristas, and an admin where one is needed. @throws Error when somebody may not do what they are there for */
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

  /** Sends guests in, one visit after another, and resolves when the last has gone. @throws Stopped */
  async #come(guests: readonly Guest[], place: Place, tills: readonly Device[]): Promise<void> {
    const { seed, anHour, visits = Number.POSITIVE_INFINITY, minutes = Number.POSITIVE_INFINITY } = this.#options;
    const life = this.#guests;
    const haste = hasteOf(this.#options).customers;
    const free = [...guests];
    const going = new Set<Promise<void>>();
    const end = life.time.now() + minutes * minute;
    // By the clock and not by the visit before: what takes long does not thin the crowd.
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

/** What a store must allow so that so many can come: a code's scans twice over, since people come in crowds. */
function roomFor(crowd: Crowd): Record<"capacity" | "scansPerCode" | "codeMinutes" | "choosingMinutes", number> {
  const { customers, anHour } = crowd;
  // Who hurries is not waited for for long.
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
