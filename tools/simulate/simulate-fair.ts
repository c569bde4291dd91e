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

/** What came of a day. */
export interface Outcome {
  day: Day;
  /** What is not as it should be, by what was looked at. */
  wrong: Wrong[];
  orders: number;
  events: number;
  /** All that happened, event for event: the same for the same day. */
  digest: string[];
}

export interface FairOutcome {
  /** What shows only among them, or is of all of them, is told of the first. */
  days: Outcome[];
}

/**
 * Plays a fair, lets all that follows from it come to its end, and looks. It has a local Azure and an application of its own: so nothing of it depends on what was simulated before.
 * @param application the folder of others than the sources, see `writeApplications`
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

/** What nobody has fetched is given up by whoever tidies up. */
async function clearCounter(world: World, { store, screens, time }: Played): Promise<void> {
  const tidies = screens.find(({ kind, device }) => kind === "bar" && device.signedIn)?.device;
  const left = world.documents<Look["orders"][number]>("orders", store, "c.kind = 'order' AND c.state = 'ready'");
  if (tidies) for (const { id } of left) await time.run(tidies.api.command(id, "give-up"));
  await world.settle();
}

/** Until nothing is on its way any more, no order is in anybody's hands and no workflow is at one; by the end of its time at the latest. */
async function comeToRest(world: World, fair: Fair, stands: readonly Played[]): Promise<void> {
  const { azure } = world;
  const ends = Date.parse(fair.begins) + slot;
  const ordersOf = ({ store }: Played) => world.documents<Look["orders"][number]>("orders", store, "c.kind = 'order'");
  const isOpen = (): boolean => {
    const orders = stands.flatMap(ordersOf);
    if (orders.some(({ state }) => isActive(state)) || world.deletions("c.told = 0").length > 0) return true;
    // A workflow that was told of nothing learns of the end at its deadline; one of an extension has the order's id in its own.
    const running = [...azure.durable.instances()].filter(isUnderWay);
    return running.some(({ id: workflow }) => orders.some(({ id }) => workflow.includes(id)));
  };
  // The sweep has had its turns.
  await azure.advance(4 * minute);
  while (azure.clock.now() < ends && (isOpen() || azure.eventGrid.deliveries().length > 0))
    await azure.advance(5 * minute);
}

/** Every screen is connected and shows what it asked for and was told: what it was not told of, because it was lost on its way, it would never show. */
async function allLook(world: World, stands: readonly Played[]): Promise<void> {
  for (const { screens } of stands) for (const { device } of screens) device.network.comeBack();
  const signedIn = ({ screens }: Played) => screens.map(({ device }) => device).filter(({ signedIn }) => signedIn);
  const devices = stands.flatMap(signedIn);
  await Promise.all(devices.map((device) => device.connected()));
  // Whose role came back is told by a new connection only; and what was given up on its way to a screen, by no push.
  const missed = ({ day, store }: Played) =>
    day.deeds.some(({ does }) => does === "dismiss") || givenUp(world, store).some(isPush);
  for (const stand of stands.filter(missed)) {
    const renewed = signedIn(stand).map((device) => device.renewed());
    await world.closeConnections(stand.store);
    await Promise.all(renewed);
  }
  await Promise.all(devices.map((device) => device.catchUp()));
  // What they ask anew is here.
  for (let calm = 0; calm < 20; calm++) {
    await world.settle();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
