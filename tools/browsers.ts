import { freePorts } from "../test/free-ports.ts";
import { openSite } from "../test/journeys/site.ts";
import type { Driver } from "./browsers/driver.ts";
import { type Engine, engines, programsOf } from "./browsers/engines.ts";
import { browsersOptions, usage } from "./browsers/options.ts";
import { playScreen } from "./browsers/screen.ts";
import { type Party, play } from "./browsers/way.ts";
import { Window } from "./browsers/window.ts";
import { askedOf } from "./say-usage.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Plays in one browser, and reports the findings. @returns the number of problems */
async function playIn(name: string, engine: Engine, found: string[]): Promise<number> {
  const began = performance.now();
  const site = await openSite();
  const screen = engine.screen ? await playScreen() : undefined;
  const drivers: Driver[] = [];
  const open = async (who: string): Promise<Window> => {
    const port = await freePorts();
    const env = screen?.env ?? process.env;
    const driver = await engine.start({ found, port, env });
    drivers.push(driver);
    return new Window(driver, name, who);
  };
  const windows: Window[] = [];
  const wrong: string[] = [];
  try {
    // One after the other: each port is free until a driver has it.
    for (const who of ["guest", "bar", "wall", "desk"]) windows.push(await open(who));
    const [guest, bar, wall, desk] = windows as [Window, Window, Window, Window];
    await play({ guest, bar, wall, desk } satisfies Party, site);
  } catch (error) {
    wrong.push((error as Error).message);
    for (const window of windows) await window.look("at-the-end").catch(() => undefined);
  } finally {
    await Promise.all(drivers.map((driver) => driver.end()));
    await screen?.end();
    await site.close().catch(() => undefined);
  }
  const looked = windows.flatMap((window) => window.looked);
  wrong.push(...windows.flatMap((window) => window.wrong));
  for (const each of wrong) say(`  ${each}`);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  say(
    `${name} ${drivers[0]?.version ?? ""}: ${looked.length} states looked at in ${seconds} s, ${wrong.length} things not as they should be.`,
  );
  return wrong.length;
}

const { names, passOver } = askedOf(usage, browsersOptions);
let played = 0;
let wrong = 0;
for (const name of names) {
  const engine: Engine = engines[name];
  const programs = programsOf(engine);
  if ("missing" in programs) {
    for (const each of programs.missing) say(`${name}: ${each}`);
    if (!passOver) wrong++;
    continue;
  }
  played++;
  wrong += await playIn(name, engine, programs.found);
}
if (played === 0) say("No browser was played in.");
process.exitCode = played === 0 || wrong > 0 ? 1 : 0;
