import { Barista } from "../robots/barista.ts";
import { chanceFor } from "../robots/chance.ts";
import { Counter } from "../robots/counter.ts";
import { Device } from "../robots/device.ts";
import { Guest } from "../robots/guest.ts";
import { minute, second } from "../robots/habits.ts";
import { type Inbox, localInbox } from "../robots/inbox.ts";
import { Ledger } from "../robots/ledger.ts";
import { Life } from "../robots/life.ts";
import type { InTurn } from "../robots/network.ts";
import { customerPhone } from "../robots/phones.ts";
import type { Place } from "../robots/place.ts";
import { Stopped } from "../robots/stopped.ts";
import { SteppedTime } from "../robots/time.ts";
import { walkIn } from "../robots/walk-in.ts";
import { Wall } from "../robots/wall.ts";
import { always } from "./checks/index.ts";
import { type Look, lookAt } from "./checks/look.ts";
import { type Day, isCalm, type Visit, type Wrong } from "./day.ts";
import { harm, mend } from "./harm.ts";
import { Owner } from "./owner.ts";
import type { Played } from "./played.ts";
import type { Screen } from "./screen.ts";
import { Turns } from "./turns.ts";
import type { World } from "./world.ts";

/** The people of the seed, and further baristas that an owner brings along. */
const admin = "+14255550100";
const display = "+14255550102";
const bar = ["+14255550101", "+14255550100", "+14155550150", "+14155550151"] as const;

/** A prime number of seconds: at every phase of what comes round each minute. */
const lookEvery = 47 * second;

/** Phones are in pockets: who looked at the queue every 20 s would make every fourth request of a day, and hear each time what was pushed long before. */
const guestsLookEvery = 91 * second;

/** Plays a day at a store of its own, up to the moment when everybody has left and nothing goes wrong any more. */
export async function play(world: World, day: Day): Promise<Played> {
  const { azure } = world;
  const store = await world.openStore(day);
  await world.hire(store, bar.slice(2));
  const time = new SteppedTime({
    now: () => azure.clock.now(),
    advance: (milliseconds) => azure.advance(milliseconds),
    settle: () => world.settle(),
  });
  const ledger = new Ledger();
  const closing = new AbortController();
  const people = new Life(time, ledger, closing.signal);
  const address = { api: `${azure.functions?.origin}/api`, store };
  const inbox = localInbox(azure.sms.inboxUrl, (work) => time.during(work), world.fetch);
  const turns = new Turns(() => world.settle());
  const inTurn: InTurn | undefined = day.together ? undefined : (who, work) => turns.take(who, work);
  const devices = new Map<string, Device>();
  const deviceOf = (life: Life, phone: string): Device => {
    const known =
      devices.get(phone) ?? new Device(life, address, phone, { backoff: () => 5, inTurn, fetch: world.fetch });
    devices.set(phone, known);
    return known;
  };
  const wall = new Wall(people, deviceOf(people, display));
  const counter = new Counter();
  const place: Place = { life: people, seed: day.seed, inbox, wall, counter, looksEvery: guestsLookEvery };
  const ends: (() => void)[] = [];
  const wrong: Wrong[] = [];
  const played: Played = {
    store,
    ledger,
    get screens() {
      return [...devices].map(
        ([phone, device]): Screen => ({
          device,
          kind: phone === display ? "display" : (bar as readonly string[]).includes(phone) ? "bar" : "phone",
        }),
      );
    },
    time,
    wrong,
    leave: () => {
      for (const device of devices.values()) device.close();
    },
  };

  const work = async () => {
    const serving: Promise<unknown>[] = [];
    const going: Promise<unknown>[] = [];
    const owner = new Owner(people, deviceOf(people, admin), world, store, {
      phones: bar,
      deviceOf: (phone) => devices.get(phone),
      endsWithin: isCalm(day) ? 2 * second : 2 * minute,
      wrong: (says) => wrong.push({ check: "rights", says }),
    });
    await signIn(wall.device, inbox, people);
    await signIn(deviceOf(people, admin), inbox, people);
    await wall.device.refresh();
    const tills: Device[] = [];
    serving.push(wall.hang());
    for (const shift of day.shifts) {
      const staff = new AbortController();
      ends.push(() => staff.abort());
      const life = new Life(time, ledger, AbortSignal.any([closing.signal, staff.signal]));
      serving.push(
        (async () => {
          await people.sleep(shift.from);
          const device = deviceOf(people, bar[shift.barista] ?? admin);
          await signIn(device, inbox, people);
          const plan = { life, seed: day.seed, counter, haste: 1, baristas: day.shifts.length };
          const barista = new Barista(plan, device, shift.barista);
          await device.refresh().catch((error: unknown) => ledger.trouble("bar", error));
          tills.push(device);
          time.after(shift.to - shift.from, () => staff.abort());
          await barista.work();
        })(),
      );
    }
    const suffering = harm(world, people, () => devices.values(), day.troubles).catch(stopped);
    going.push(suffering);
    for (const deed of day.deeds) going.push(people.sleep(deed.at).then(() => owner.do(deed)));
    serving.push(watch(people, () => lookAt(world, day, played), wrong));
    const guests = new Map<number, Guest>();
    const busy = new Map<number, Promise<void>>();
    for (const visit of day.visits)
      going.push(people.sleep(visit.at).then(() => come(visit, place, guests, busy, tills, deviceOf)));
    await Promise.all(going.map((one) => one.catch(stopped)));
    closing.abort();
    await Promise.all(serving.map((one) => one.catch(stopped)));
  };
  // What screens draw lots for (when they try again) is the same again, too.
  const { random } = Math;
  Math.random = chanceFor(day.seed, "screens");
  try {
    await time.run(work());
  } finally {
    Math.random = random;
  }
  for (const end of ends) end();
  await mend(world, people);
  return played;
}

/** Looks now and then, in the middle of everything. @throws Stopped */
async function watch(life: Life, look: () => Look, wrong: Wrong[]): Promise<void> {
  for (;;) {
    await life.sleep(lookEvery);
    const seen = look();
    for (const [check, says] of Object.entries(always))
      for (const words of await says(seen))
        wrong.push({ check, says: `At ${new Date(seen.now).toISOString()}: ${words}` });
    if (wrong.length > 20) return;
  }
}

/** One visit after the other where a guest comes again before they have left. */
async function come(
  visit: Visit,
  place: Place,
  guests: Map<number, Guest>,
  busy: Map<number, Promise<void>>,
  tills: readonly Device[],
  deviceOf: (life: Life, phone: string) => Device,
): Promise<void> {
  const till = visit.noPhone && tills[visit.n % tills.length];
  if (till) return walkIn(place, till, visit);
  const guest = guests.get(visit.guest) ?? new Guest(place, deviceOf(place.life, customerPhone(visit.guest)));
  guests.set(visit.guest, guest);
  const turn = (busy.get(visit.guest) ?? Promise.resolve()).then(() => guest.visit(visit));
  busy.set(visit.guest, turn);
  await turn;
}

/** Until it is done: whoever works here tries again. */
async function signIn(device: Device, inbox: Inbox, life: Life): Promise<void> {
  for (let tries = 0; !device.signedIn && tries < 10; tries++) {
    try {
      await device.signIn(inbox);
    } catch (error) {
      life.ledger.trouble("sign in", error);
      await life.sleep(tries < 8 ? 35 * second : 5 * minute);
    }
  }
}

function stopped(error: unknown): void {
  if (!(error instanceof Stopped)) throw error;
}
