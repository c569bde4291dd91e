import { emitKeypressEvents } from "node:readline";
import type { Progress } from "./player.ts";

/** A command from the terminal to a player. */
export type Wish = "pause" | "wind" | "next" | "faster" | "slower" | "quit";

export const help =
  "Space begins, pauses and goes on, → winds five minutes forward, n to what happens next, + and - change the speed, q ends it.";

/** The possible speeds; above them the machine cannot keep up with a busy hour. */
const speeds = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_000];

/** The next speed in a direction. Pure. */
export function stepped(speed: number, wish: "faster" | "slower"): number {
  const next = wish === "faster" ? speeds.find((each) => each > speed) : speeds.findLast((each) => each < speed);
  return next ?? speed;
}

/** The command of a key; `undefined` if it has none. Pure. */
export function wishOf(key: { name?: string; sequence?: string; ctrl?: boolean }): Wish | undefined {
  if (key.ctrl) return key.name === "c" ? "quit" : undefined;
  if (key.name === "space") return "pause";
  if (key.name === "right") return "wind";
  if (key.name === "n") return "next";
  if (key.name === "q") return "quit";
  if (key.sequence === "+" || key.name === "up") return "faster";
  if (key.sequence === "-" || key.name === "down") return "slower";
  return undefined;
}

/** Listens to the keys of a terminal. @returns a function that stops listening and restores the terminal */
export function hearKeys(input: NodeJS.ReadStream, wish: (wish: Wish) => void): () => void {
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.resume();
  const hear = (_: string, key: { name?: string; sequence?: string; ctrl?: boolean }) => {
    const meant = wishOf(key);
    if (meant !== undefined) wish(meant);
  };
  input.on("keypress", hear);
  return () => {
    input.off("keypress", hear);
    input.setRawMode(false);
    input.pause();
  };
}

const width = 24;

/** The progress on one line. @param timeZone of the store Pure. */
export function lineOf({ told, all, now, speed }: Progress, timeZone: string): string {
  const filled = Math.round((width * told) / Math.max(1, all));
  const time = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium" }).format(now);
  const pace = told === all ? "over" : speed === 0 ? "paused" : `${speed} ×`;
  return `  ${time}  ${"█".repeat(filled)}${"░".repeat(width - filled)}  ${told} of ${all} events  ${pace}`;
}
