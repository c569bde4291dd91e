import { isActive } from "../../contracts/order-states.ts";
import { minute } from "../robots/habits.ts";
import { givenUp, isPush } from "./checks/events.ts";
import { amongAll, atTheEnd } from "./checks/index.ts";
import { type Look, lookAt } from "./checks/look.ts";
import { isUnderWay } from "./checks/workflows.ts";
import type { Day, Wrong } from "./day.ts";
import { digestOf } from "./digest.ts";
import type { Fair } from "./fair.ts";
import { slot } from "./plan.ts";
import { play } from "./play.ts";
import type { Played } from "./played.ts";
import { Stuck, whileTimeGoesOn } from "./progress.ts";
import { World } from "./world.ts";

/** The result of a day. */
export interface Outcome {
  day: Day;
  /** Violated invariants, by check. */
  wrong: Wrong[];
  orders: number;
  events: number;
  /** All events in order: the same for the same day. */
  digest: string[];
}

export interface FairOutcome {
  /** Violations across stands are reported for the first one. */
  days: Outcome[];
}

/**
 * Plays a fair, waits for all of its consequences, and checks the result. It has a local Azure and an application of its own, so that it does not
 * depend on earlier simulations.
 * @param application folder of an application other than the sources, see `writeApplications`
 */
export async function simulateFair(fair: Fair, application?: string): Promise<FairOutcome> {
  const world = await World.open(fair, application);
  try {
    return await whileTimeGoesOn(world.azure, fair.stands.length, wholeFair(world, fair));
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    const { message: says } = error;
    const nothing = { orders: 0, events: 0, digest: [] };
    const days = fair.stands.map((day, at) => ({
      day,
      wrong: at === 0 ? [{ check: "progress", says }] : [],
      ...nothing,
    }));
    return { days };
  } finally {
    await world.close();
  }
}

async function wholeFair(world: World, fair: Fair): Promise<FairOutcome> {
  const stands = await play(world, fair);
  try {
    await comeToRest(world, fair, stands);
    const digests = stands.map((stand) => digestOf(lookAt(world, fair, stand)));
    await allLook(world, stands);
    for (const stand of stands) await clearCounter(world, stand);
    const looks = stands.map((stand) => lookAt(world, fair, stand));
    const days: Outcome[] = [];
    for (const [at, look] of looks.entries()) {
      const wrong = [...look.played.wrong];
      for (const [check, says] of Object.entries(atTheEnd))
        for (const words of await says(look)) wrong.push({ check, says: words });
      const { day, orders, events } = look;
      days.push({ day, wrong, orders: orders.length, events: events.length, digest: digests[at] ?? [] });
    }
    for (const [check, says] of Object.entries(amongAll))
      for (const words of await says(looks)) days[0]?.wrong.push({ check, says: words });
    return { days };
  } finally {
    for (const stand of stands) stand.leave();
  }
}

/** A barista who tidies up gives up unfetched orders. */
async function clearCounter(world: World, { store, screens, time }: Played): Promise<void> {
  const tidies = screens.find(({ kind, device }) => kind === "bar" && device.signedIn)?.device;
  const left = world.documents<Look["orders"][number]>("orders", store, "c.kind = 'order' AND c.state = 'ready'");
  if (tidies) for (const { id } of left) await time.run(tidies.api.command(id, "give-up"));
  await world.settle();
}

/** Waits until no delivery is pending, no order is being handled and no workflow is running for one; at most until the end of the fair's time. */
async function comeToRest(world: World, fair: Fair, stands: readonly Played[]): Promise<void> {
  const { azure } = world;
  const ends = Date.parse(fair.begins) + slot;
  const ordersOf = ({ store }: Played) => world.documents<Look["orders"][number]>("orders", store, "c.kind = 'order'");
  const isOpen = (): boolean => {
    const orders = stands.flatMap(ordersOf);
    if (orders.some(({ state }) => isActive(state)) || world.deletions("c.told = 0").length > 0) return true;
    // A workflow that missed the message learns of the end at its deadline; an extension's workflow has the order's id in its own.
    const running = [...azure.durable.instances()].filter(isUnderWay);
    return running.some(({ id: workflow }) => orders.some(({ id }) => workflow.includes(id)));
  };
  // The sweep has run several times.
  await azure.advance(4 * minute);
  while (azure.clock.now() < ends && (isOpen() || azure.eventGrid.deliveries().length > 0))
    await azure.advance(5 * minute);
}

/** Every screen is connected and has fetched and received everything: a lost push would never show otherwise. */
async function allLook(world: World, stands: readonly Played[]): Promise<void> {
  for (const { screens } of stands) for (const { device } of screens) device.network.comeBack();
  const signedIn = ({ screens }: Played) => screens.map(({ device }) => device).filter(({ signedIn }) => signedIn);
  const devices = stands.flatMap(signedIn);
  await Promise.all(devices.map((device) => device.connected()));
  // A restored role takes effect only with a new connection; and a dead-lettered push never reaches its screen.
  const missed = ({ day, store }: Played) =>
    day.deeds.some(({ does }) => does === "dismiss") || givenUp(world, store).some(isPush);
  for (const stand of stands.filter(missed)) {
    const renewed = signedIn(stand).map((device) => device.renewed());
    await world.closeConnections(stand.store);
    await Promise.all(renewed);
  }
  await Promise.all(devices.map((device) => device.catchUp()));
  // Their new requests are complete.
  for (let calm = 0; calm < 20; calm++) {
    await world.settle();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
