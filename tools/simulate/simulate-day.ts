import { isActive } from "../../contracts/order-states.ts";
import { minute } from "../robots/habits.ts";
import { givenUp, isPush } from "./checks/events.ts";
import { atTheEnd } from "./checks/index.ts";
import { type Look, lookAt } from "./checks/look.ts";
import type { Day, Wrong } from "./day.ts";
import { digestOf } from "./digest.ts";
import { slot } from "./plan.ts";
import { play } from "./play.ts";
import type { Played } from "./played.ts";
import { Stuck, whileTimeGoesOn } from "./progress.ts";
import type { World } from "./world.ts";

export interface Outcome {
  /** What is not as it should be, by what was looked at. */
  wrong: Wrong[];
  orders: number;
  events: number;
  /** All that happened, event for event: the same for the same day. */
  digest: string[];
  /** It did not come to its end: no other day can follow it at its stand. */
  stuck?: true;
}

/** Plays a day, lets all that follows from it come to its end, and looks. Where that has no end the stand is to be closed. */
export async function simulateDay(world: World, day: Day): Promise<Outcome> {
  const { random } = Math;
  try {
    return await whileTimeGoesOn(world.azure, wholeDay(world, day));
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    Math.random = random;
    const wrong = [{ check: "progress", says: error.message }];
    return { wrong, orders: 0, events: 0, digest: [], stuck: true };
  }
}

async function wholeDay(world: World, day: Day): Promise<Outcome> {
  const begins = Date.parse(day.begins);
  const { azure } = world;
  // Nobody is there in between, and the minutes of the services would be a fifth of what a day takes.
  if (azure.clock.now() < begins) azure.clock.leap(begins - azure.clock.now());
  await world.settle();
  world.begin(day);
  const played = await play(world, day);
  try {
    await comeToRest(world, day, played);
    const digest = digestOf(lookAt(world, day, played));
    await allLook(world, day, played);
    await clearCounter(world, played);
    const look = lookAt(world, day, played);
    const wrong = [...played.wrong];
    for (const [check, says] of Object.entries(atTheEnd))
      for (const words of await says(look)) wrong.push({ check, says: words });
    return { wrong, orders: look.orders.length, events: look.events.length, digest };
  } finally {
    played.leave();
    await world.clear();
  }
}

/** What nobody has fetched is given up by whoever tidies up. */
async function clearCounter(world: World, { store, screens, time }: Played): Promise<void> {
  const tidies = screens.find(({ kind, device }) => kind === "bar" && device.signedIn)?.device;
  const left = world.documents<Look["orders"][number]>("orders", store, "c.kind = 'order' AND c.state = 'ready'");
  if (tidies) for (const { id } of left) await time.run(tidies.api.command(id, "give-up"));
  await world.settle();
}

/** Until nothing is on its way any more and no order is in anybody's hands; by the end of its time at the latest. */
async function comeToRest(world: World, day: Day, { store }: Played): Promise<void> {
  const { azure } = world;
  const ends = Date.parse(day.begins) + slot;
  const open = () => {
    const orders = world.documents<Look["orders"][number]>("orders", store, "c.kind = 'order'");
    // A workflow that was told of nothing learns of the end at its deadline.
    return orders.some(({ id, state }) => isActive(state) || running(id));
  };
  const running = (id: string) => ["Running", "Pending"].includes(azure.durable.instance(id)?.status ?? "");
  // The sweep has had its turns.
  await azure.advance(4 * minute);
  while (azure.clock.now() < ends && (open() || azure.eventGrid.deliveries().length > 0))
    await azure.advance(5 * minute);
}

/** Every screen is connected and shows what it asked for and was told: what it was not told of, because it was lost on its way, it would never show. */
async function allLook(world: World, day: Day, { screens, store }: Played): Promise<void> {
  const { azure } = world;
  for (const { device } of screens) device.network.comeBack();
  const devices = screens.map(({ device }) => device).filter(({ signedIn }) => signedIn);
  await Promise.all(devices.map((device) => device.connected()));
  // Whose role came back is told by a new connection only; and what was given up on its way to a screen, by no push.
  const missed = day.deeds.some(({ does }) => does === "dismiss") || givenUp(world, store).some(isPush);
  if (missed) {
    const renewed = devices.map((device) => device.renewed());
    azure.webPubSub.closeConnections("The day is over.");
    await Promise.all(renewed);
  }
  await Promise.all(devices.map((device) => device.catchUp()));
  // What they ask anew is here.
  for (let calm = 0; calm < 20; calm++) {
    await world.settle();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
