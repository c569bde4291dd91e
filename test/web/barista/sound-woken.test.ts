import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PageGlobals, withRunes } from "../runes.ts";

interface Sound {
  readonly blocked: boolean;
  start(): () => void;
}
const { Sound } = await withRunes<{ Sound: new () => Sound }>("../barista/sound.svelte.ts");

/** A browser's sound, as far as the bar wakes it: it plays when it is asked to by a touch, until something takes it away. */
class Playing extends EventTarget {
  static made: Playing[] = [];
  /** What its next try comes to. */
  static allowed = true;
  state = "suspended";
  onstatechange: (() => void) | undefined;
  constructor() {
    super();
    Playing.made.push(this);
  }
  async resume(): Promise<void> {
    if (Playing.allowed) this.become("running");
  }
  become(state: string): void {
    this.state = state;
    this.onstatechange?.();
  }
}

let page: PageGlobals;
let sound: Sound;
let end: () => void;
const touch = async (by: string) => {
  page.happen(by);
  await expect.poll(() => Playing.made.length).toBe(1);
};
beforeEach(() => {
  page = new PageGlobals();
  Playing.made = [];
  Playing.allowed = true;
  for (const [name, value] of Object.entries({ ...page.all, AudioContext: Playing })) vi.stubGlobal(name, value);
  sound = new Sound();
  end = sound.start();
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
});

test("a tablet whose sound a call or the lock screen has taken says so at once, and has it back by a touch", async () => {
  expect(sound.blocked).toBe(true);
  await touch("pointerup");
  expect(sound.blocked).toBe(false);
  // So Safari on iPads and iPhones calls it; others suspend it.
  for (const state of ["interrupted", "suspended"]) {
    Playing.made[0]?.become(state);
    expect(sound.blocked, state).toBe(true);
    await touch("pointerup");
    expect(sound.blocked, state).toBe(false);
  }
});

test("a browser that lets nothing play by the end of a touch does so by the click that follows", async () => {
  Playing.allowed = false;
  await touch("pointerup");
  expect(sound.blocked).toBe(true);
  Playing.allowed = true;
  await touch("click");
  expect(sound.blocked).toBe(false);
});
