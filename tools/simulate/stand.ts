import { codeOf } from "../../web/lib/api.ts";
import { Barista } from "../robots/barista.ts";
import { Counter } from "../robots/counter.ts";
import { Device } from "../robots/device.ts";
import { Guest } from "../robots/guest.ts";
import { minute, second } from "../robots/habits.ts";
import { type Inbox, localInbox } from "../robots/inbox.ts";
import { Ledger } from "../robots/ledger.ts";
import { Life } from "../robots/life.ts";
import { customerPhone } from "../robots/phones.ts";
import type { Place } from "../robots/place.ts";
import { Stopped } from "../robots/stopped.ts";
import type { SteppedTime, Time } from "../robots/time.ts";
import { walkIn } from "../robots/walk-in.ts";
import { Wall } from "../robots/wall.ts";
import type { Bar } from "./bar.ts";
import { Beat } from "./beat.ts";
import type { Day, Shift, Visit, Wrong } from "./day.ts";
import { type Fair, isCalm } from "./fair.ts";
import type { Forgotten } from "./forgotten.ts";
import type { OtherStores } from "./other-stores.ts";
import { Owner } from "./owner.ts";
import { type People, peopleOf } from "./people.ts";
import type { Played } from "./played.ts";
import type { Screen } from "./screen.ts";
import type { SignedOut } from "./sign-out.ts";
import type { Turns } from "./turns.ts";
import type { World } from "./world.ts";

/** Phones are mostly in pockets: polls of the queue every 20 s would be a quarter of a day's requests, and hide missing pushes. */
const guestsLookEvery = 91 * second;

/** What all stands of a fair share. */
export interface Ground {
  world: World;
  fair: Fair;
  time: SteppedTime;
  turns: Turns;
  forgotten: Forgotten;
  signedOut: SignedOut;
  otherStores: OtherStores;
  /** Aborted when everybody has left. */
  closing: AbortSignal;
}

/** A stand with all of its staff and guests, through its day. */
export class Stand implements Played {
  readonly day: Day;
  readonly store: string;
  readonly time: SteppedTime;
  /** The time of all people there. */
  readonly #beat: Time;
  readonly ledger = new Ledger();
  readonly wrong: Wrong[] = [];
  readonly #ground: Ground;
  readonly #people: People;
  readonly #life: Life;
  readonly #inbox: Inbox;
  readonly #devices = new Map<string, Device>();
  readonly #tills: Device[] = [];
  readonly #counter = new Counter();
  readonly #wall: Wall;
  readonly #guests = new Map<number, Guest>();
  readonly #busy = new Map<number, Promise<void>>();
  readonly #shiftsEnd: AbortController[] = [];
  #paired = 0;

  constructor(ground: Ground, day: Day, store: string) {
    const { world, fair, time, closing } = ground;
    this.#ground = ground;
    this.day = day;
    this.store = store;
    this.time = time;
    this.#beat = new Beat(time, fair.beat);
    this.#people = peopleOf(day.stand);
    this.#life = new Life(this.#beat, this.ledger, closing);
    this.#inbox = localInbox(world.azure.sms.inboxUrl, (work) => time.during(work), world.fetch);
    this.#wall = new Wall(this.#life, this.#deviceOf(this.#life, this.#people.display));
  }

  get devices(): Iterable<Device> {
    return this.#devices.values();
  }

  get forgotten(): Forgotten {
    return this.#ground.forgotten;
  }

  get signedOut(): SignedOut {
    return this.#ground.signedOut;
  }

  get otherStores(): OtherStores {
    return this.#ground.otherStores;
  }

  get admin(): Device {
    return this.#deviceOf(this.#life, this.#people.admin);
  }

  get screens(): Screen[] {
    const { display, bar } = this.#people;
    const kindOf = (phone: string) => (phone.startsWith(display) ? "display" : bar.includes(phone) ? "bar" : "phone");
    return [...this.#devices].map(([phone, device]) => ({ device, kind: kindOf(phone) }));
  }

  /** Opens the stand, and starts the visits. @returns promises that end when everybody has left, and those that end with the fair */
  async live(): Promise<{ going: Promise<unknown>[]; serving: Promise<unknown>[] }> {
    const { day } = this;
    const owner = this.#owner();
    await this.#signIn(this.#wall.device);
    await this.#signIn(this.admin);
    await this.#wall.device.refresh();
    const serving = [this.#wall.hang(), ...day.shifts.map((shift) => this.#work(shift))];
    const going = [
      ...day.deeds.map((deed) => this.#life.sleep(deed.at).then(() => owner.do(deed))),
      ...day.visits.map((visit) => this.#life.sleep(visit.at).then(() => this.#come(visit))),
    ];
    return { going, serving };
  }

  /** Ends the remaining shifts. */
  close(): void {
    for (const shift of this.#shiftsEnd) shift.abort();
  }

  leave(): void {
    for (const device of this.devices) device.close();
  }

  #owner(): Owner {
    const { world, fair, otherStores } = this.#ground;
    const bar: Bar = {
      phones: this.#people.bar,
      deviceOf: (phone) => this.#devices.get(phone),
      endsWithin: isCalm(fair) ? 2 * second : 2 * minute,
      calm: isCalm(fair),
      signInAnew: (device) => this.#signInAnew(device),
      hangAnother: () => this.#hangAnother(),
      wrong: (says) => this.wrong.push({ check: "rights", says }),
    };
    return new Owner(this.#life, this.admin, world, this.store, bar, otherStores);
  }

  #deviceOf(life: Life, phone: string): Device {
    const known = this.#devices.get(phone);
    if (known) return known;
    const { world, turns } = this.#ground;
    const address = { api: `${world.azure.functions?.origin}/api`, store: this.store };
    const seat = turns.seat();
    const odd = { backoff: () => 5, inTurn: seat.inTurn, onDialing: seat.expects, fetch: world.fetch, patient: true };
    const device = new Device(life, address, phone, odd);
    this.#devices.set(phone, device);
    return device;
  }

  async #work({ barista, from, to }: Shift): Promise<void> {
    const { ledger, day } = this;
    const shift = new AbortController();
    this.#shiftsEnd.push(shift);
    const life = new Life(this.#beat, ledger, AbortSignal.any([this.#ground.closing, shift.signal]));
    await this.#life.sleep(from);
    const { bar, admin } = this.#people;
    const device = this.#deviceOf(this.#life, bar[barista] ?? admin);
    await this.#signIn(device);
    const plan = { life, seed: day.seed, counter: this.#counter, haste: 1, baristas: day.shifts.length };
    const worker = new Barista(plan, device, barista);
    await device.refresh().catch((error: unknown) => ledger.trouble("bar", error));
    this.#tills.push(device);
    this.#beat.after(to - from, () => shift.abort());
    await worker.work();
  }

  /** A guest who returns before the end of their visit makes one visit after the other. */
  async #come(visit: Visit): Promise<void> {
    const place: Place = {
      life: this.#life,
      seed: this.day.seed,
      inbox: this.#inbox,
      wall: this.#wall,
      counter: this.#counter,
      looksEvery: guestsLookEvery,
    };
    const till = visit.noPhone && this.#tills[visit.n % this.#tills.length];
    if (till) return walkIn(place, till, visit);
    const known = this.#guests.get(visit.guest);
    const guest = known ?? new Guest(place, this.#deviceOf(this.#life, customerPhone(visit.guest)));
    this.#guests.set(visit.guest, guest);
    const turn = (this.#busy.get(visit.guest) ?? Promise.resolve()).then(() => this.#receive(guest, visit));
    this.#busy.set(visit.guest, turn);
    await turn;
  }

  async #receive(guest: Guest, visit: Visit): Promise<void> {
    await guest.visit(visit);
    const { forgets, byAdmin, signsOut: leaves } = visit;
    if (leaves) {
      await this.#life.sleep(leaves.after);
      await this.signedOut.leave(guest.device, leaves.where, this.#life);
    }
    if (forgets === undefined) return;
    await this.#life.sleep(forgets);
    const says = await this.forgotten.ask(guest.device, this.#life, byAdmin && this.admin);
    if (says !== undefined) this.wrong.push({ check: "forgotten", says });
  }

  /** A paired display, on which nobody is signed in. */
  #hangAnother(): ReturnType<Bar["hangAnother"]> {
    const taken = new AbortController();
    const life = new Life(this.#beat, this.ledger, AbortSignal.any([this.#ground.closing, taken.signal]));
    const screen = this.#deviceOf(life, `${this.#people.display}, paired ${++this.#paired}`);
    const wall = new Wall(life, screen);
    return { screen, hang: () => void wall.hang(), takeDown: () => taken.abort() };
  }

  /** They have to notice first that they were signed out. */
  async #signInAnew(device: Device): Promise<void> {
    for (let tries = 0; device.signedIn && tries < 10; tries++) {
      await device.api.me().catch((error: unknown) => {
        if (codeOf(error) !== "not-signed-in") this.ledger.trouble("sign in anew", error);
      });
      if (device.signedIn) await this.#life.sleep(20 * second);
    }
    await this.#signIn(device);
    await device.refresh().catch((error: unknown) => this.ledger.trouble("bar", error));
  }

  /** Staff retry until it succeeds. */
  async #signIn(device: Device): Promise<void> {
    for (let tries = 0; !device.signedIn && tries < 10; tries++) {
      try {
        await device.signIn(this.#inbox);
      } catch (error) {
        this.ledger.trouble("sign in", error);
        await this.#life.sleep(tries < 8 ? 35 * second : 5 * minute);
      }
    }
  }
}

/** Ignores that somebody was stopped in the middle of something. */
export function stopped(error: unknown): void {
  if (!(error instanceof Stopped)) throw error;
}
