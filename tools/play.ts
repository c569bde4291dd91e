import type { LocalAzure } from "../local/index.ts";
import { Controls } from "./player/controls.ts";
import { hearKeys, help, lineOf } from "./player/keys.ts";
import { Player } from "./player/player.ts";
import type { Recording } from "./player/recording.ts";
import type { Scene } from "./player/scene.ts";

export { checkOnlooking } from "./player/acting.ts";
export { readRecording } from "./player/recording.ts";
export { sceneOf } from "./player/scene.ts";

/** The interval between two updates of the progress, in ms. */
const lookEvery = 500;

export interface Playing {
  player: Player;
  /** The note on the page "Local Azure". */
  note(): Record<string, string>;
  stop(): void;
}

/** Plays a recording on a stand of this process. Starts paused at its first moment; the terminal's keys control it, if there is a terminal. */
export async function startPlaying(
  azure: LocalAzure,
  recording: Recording,
  { documents }: Scene,
  options: { speed: number; say(line: string): void; quit(): void },
): Promise<Playing> {
  const { quit } = options;
  const { stdin, stdout } = process;
  const say = (line: string) => {
    if (stdout.isTTY) stdout.write("\r\u001b[K");
    options.say(line);
  };
  const player = new Player(azure, recording, documents, say);
  const controls = new Controls(azure, player, options.speed);
  await player.sayPace();
  const forget = stdin.isTTY
    ? hearKeys(stdin, (wish) => {
        if (wish === "quit") quit();
        else controls.wants(wish).catch((error: unknown) => say(`  ${(error as Error).message}`));
      })
    : undefined;
  const look = () => {
    if (stdout.isTTY) stdout.write(`\r\u001b[K${lineOf(player.progress, documents.timeZone)}`);
    void player.sayPace();
  };
  const looking = setInterval(look, lookEvery);
  void player.ended.then(() => {
    look();
    say(`\n  The recording is over; the stand stays as it ended. ${stdin.isTTY ? "q" : "Ctrl-C"} ends it.`);
  });
  return {
    player,
    note: () => ({
      File: recording.name,
      "How far": `${player.progress.told} of ${player.progress.all} events`,
      "What there is to do": "The clock's buttons let it run, hold it and wind it forward.",
    }),
    stop: () => {
      clearInterval(looking);
      forget?.();
      player.close();
    },
  };
}

/** The text about a recording that is printed before it begins. */
export function introduction(
  { name, events, begins, ends, passedOver, storeId }: Recording,
  { documents, customerId }: Scene,
  { speed, control, guest }: { speed: number; control: string; guest: string },
): string {
  const { timeZone } = documents;
  const day = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "full", timeStyle: "short" });
  const unknown = passedOver.map(
    ({ type, count, first }) =>
      `\n  ${count} of ${type} are passed over: this stand does not know that type (first at ${first}).`,
  );
  return `
  ${name}: ${events.length} events of the store ${storeId}, ${day.formatRange(begins, ends)} (${timeZone}).${unknown.join("")}
  It stands at its beginning, and goes ${speed === 1 ? "as fast as it happened" : `${speed} times as fast as it happened`}. Nothing happens but what is in it: who orders, or presses a button, is refused.
  Sign in on the screens first, or while it is paused: time stands still then, and codes do not run out.${
    customerId === undefined
      ? ""
      : `\n  Sign in as a customer with ${guest}, under My orders, to hold the phone of ${customerId}, who came most often.`
  }
  ${process.stdin.isTTY ? help : `The page ${control} lets it run, holds it and winds it forward.`}
`;
}
