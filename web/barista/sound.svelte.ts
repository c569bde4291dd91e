import { keep, kept, touched } from "../lib/browser.ts";
import { audio } from "../lib/browser-more.ts";

const key = "crema.sound";

/** A short chime on a new order, where it is wanted. Made here, so there is no file to load. */
export class Sound {
  on = $state(kept(key) === true);
  /** Wanted, but the browser plays nothing before the screen has been touched. */
  blocked = $state(false);
  #context: AudioContext | undefined;

  /** Browsers let a page play only after a person has touched it: the context is made, or woken, by a touch. */
  start(): () => void {
    this.blocked = this.on && !touched();
    const wake = (): void => void this.#wake();
    addEventListener("pointerup", wake);
    addEventListener("keydown", wake);
    return () => {
      removeEventListener("pointerup", wake);
      removeEventListener("keydown", wake);
    };
  }

  async toggle(): Promise<void> {
    this.on = !this.on;
    keep(key, this.on);
    if (!this.on) {
      this.blocked = false;
      return;
    }
    await this.#wake();
    this.chime();
  }

  /** Two rising notes. */
  chime(): void {
    const context = this.#context;
    if (!this.on || context?.state !== "running") return;
    for (const [index, frequency] of [784, 1047].entries()) {
      const at = context.currentTime + index * 0.16;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.4);
    }
  }

  async #wake(): Promise<void> {
    if (!this.on) return;
    try {
      this.#context ??= audio();
      if (this.#context?.state === "suspended") await this.#context.resume();
    } catch {
      // No sound device: the screen works without.
    }
    this.blocked = this.#context?.state !== "running";
  }
}
