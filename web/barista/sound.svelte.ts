import { keep, kept, touched } from "../lib/browser.ts";
import { audio } from "../lib/browser-more.ts";
import { type Choice, choiceFrom, type Kind, type Tone, tones } from "./tones.ts";

const key = "crema.bar.sound";
/** Where it was kept when there was one sound, on or off. */
const formerKey = "crema.sound";

/** What is heard at the bar: a tone of its own for a new order and for a late one, as they were chosen on this tablet. */
export class Sound {
  choice: Choice = $state.raw(choiceFrom(kept(key), kept(formerKey)));
  /** Wanted, but the browser plays nothing before the screen has been touched. */
  blocked = $state(false);
  #context: AudioContext | undefined;

  get on(): boolean {
    return (this.choice.fresh !== "off" || this.choice.late !== "off") && this.choice.volume > 0;
  }

  /** Browsers let a page play only after a person has touched it: the context is made, or woken, by a touch. */
  start(): () => void {
    this.blocked = this.on && !touched();
    const wake = (): void => void this.#wake();
    // Which of them counts as a touch is for each browser to say.
    const touches = ["pointerup", "click", "keydown"];
    for (const each of touches) addEventListener(each, wake);
    return () => {
      for (const each of touches) removeEventListener(each, wake);
    };
  }

  /** Changes what is heard, and keeps that on this tablet. */
  set(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    keep(key, this.choice);
    if (!this.on) this.blocked = false;
  }

  /** Lets something be heard, where a tone was chosen for it. */
  tell(kind: Kind): void {
    const tone = this.choice[kind];
    if (tone !== "off") this.#play(tone);
  }

  /** Lets a tone be heard because somebody asked for it: by a touch, so that the browser lets it. */
  async test(kind: Kind): Promise<void> {
    await this.#wake();
    this.tell(kind);
  }

  #play(tone: Tone): void {
    const context = this.#context;
    if (context?.state !== "running") return;
    // Ears hear by the logarithm: half of the way is a quarter of the height.
    const height = 0.5 * (this.choice.volume / 100) ** 2;
    if (height === 0) return;
    for (const { at, lasts, hertz, wave } of tones[tone]) {
      const from = context.currentTime + at;
      const sound = context.createOscillator();
      const gain = context.createGain();
      sound.type = wave;
      sound.frequency.value = hertz;
      gain.gain.setValueAtTime(0, from);
      gain.gain.linearRampToValueAtTime(height, from + 0.015);
      gain.gain.exponentialRampToValueAtTime(height / 200, from + lasts);
      sound.connect(gain).connect(context.destination);
      sound.start(from);
      sound.stop(from + lasts + 0.05);
    }
  }

  async #wake(): Promise<void> {
    if (!this.on) return;
    try {
      this.#context ??= this.#made();
      // Suspended, or `interrupted`: so Safari has it after a call or the lock screen.
      if (this.#context !== undefined && this.#context.state !== "running") await this.#context.resume();
    } catch {
      // No sound device: the screen works without.
    }
    this.#follow();
  }

  #made(): AudioContext | undefined {
    const context = audio();
    if (context) context.onstatechange = () => this.#follow();
    return context;
  }

  /** Where there is no sound at all a touch does not help. */
  #follow(): void {
    this.blocked = this.on && this.#context !== undefined && this.#context.state !== "running";
  }
}
