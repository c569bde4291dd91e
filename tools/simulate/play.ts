import { chanceFor } from "../robots/chance.ts";
import { second } from "../robots/habits.ts";
import { Ledger } from "../robots/ledger.ts";
import { Life } from "../robots/life.ts";
import { SteppedTime } from "../robots/time.ts";
import { always } from "./checks/index.ts";
import { lookAt } from "./checks/look.ts";
import { withChanceOf } from "./drawn-by-screens.ts";
import type { Fair } from "./fair.ts";
import { Forgotten } from "./forgotten.ts";
import { harm, mend } from "./harm.ts";
import { OtherStores } from "./other-stores.ts";
import { SignedOut } from "./sign-out.ts";
import { Stand, stopped } from "./stand.ts";
import { Turns } from "./turns.ts";
import type { World } from "./world.ts";

/** A prime number of seconds, to cover every phase of what happens each minute. */
const lookEvery = 47 * second;
/** The maximum number of violations that are reported for a day. */
const wrongsOfADay = 20;

/** Plays the days of a fair, each at its own store, until everybody has left and all faults are over. */
export async function play(world: World, fair: Fair): Promise<Stand[]> {
  const { azure } = world;
  const stores = await world.openStores(fair.stands);
  const time = new SteppedTime({
    now: () => azure.clock.now(),
    advance: (milliseconds) => azure.advance(milliseconds),
    settle: () => world.settle(),
  });
  const closing = new AbortController();
  const turns = new Turns(() => world.settle(), chanceFor(fair.seed, "turns"));
  const signedOut = new SignedOut();
  const forgotten = new Forgotten(signedOut);
  const otherStores = new OtherStores();
  const ground = { world, fair, time, turns, forgotten, signedOut, otherStores, closing: closing.signal };
  const stands = fair.stands.map((day, at) => new Stand(ground, day, stores[at] ?? ""));
  const life = new Life(time, new Ledger(), closing.signal);

  const work = async () => {
    const opened = await Promise.all(stands.map((stand) => stand.live()));
    const devices = () => stands.flatMap((stand) => [...stand.devices]);
    const serving = [...opened.flatMap((stand) => stand.serving), watch(world, fair, stands, life)];
    const going = [harm(world, life, devices, fair.troubles), ...opened.flatMap((stand) => stand.going)];
    await Promise.all(going.map((one) => one.catch(stopped)));
    closing.abort();
    await Promise.all(serving.map((one) => one.catch(stopped)));
  };
  await withChanceOf(fair.seed, () => time.run(work()));
  for (const stand of stands) stand.close();
  await mend(world, life);
  return stands;
}

/** Checks the invariants now and then during the day. @throws Stopped */
async function watch(world: World, fair: Fair, stands: readonly Stand[], life: Life): Promise<void> {
  for (;;) {
    await life.sleep(lookEvery);
    for (const stand of stands) {
      if (stand.wrong.length > wrongsOfADay) continue;
      const seen = lookAt(world, fair, stand);
      for (const [check, says] of Object.entries(always))
        for (const words of await says(seen))
          stand.wrong.push({ check, says: `At ${new Date(seen.now).toISOString()}: ${words}` });
    }
  }
}
