import { keep, kept, touched } from "../lib/browser.ts";
import { audio } from "../lib/browser-more.ts";
import { type Choice, choiceFrom, type Kind, type Tone, tones } from "./tones.ts";

const key = "crema.bar.sound";
/** The former storage key, from when there was only one sound, on or off. */
const formerKey = "crema.sound";

/** The sounds at the bar: one tone for a new order and one for a late order, as chosen on this tablet. */
export class Sound {
  choice: Choice = $state.raw(choiceFrom(kept(key), kept(formerKey)));
  /** Sound is on, but the browser does not play it before a user gesture. */
  blocked = $state(false);
  #context: AudioContext | undefined;

  get on(): boolean {
    return (this.choice.fresh !== "off" || this.choice.late !== "off") && this.choice.volume > 0;
  }

  /** Browsers let a page play sound only after a user gesture: the context is created, or resumed, by one. */
  start(): () => void {
    this.blocked = this.on && !touched();
    const wake = (): void => void this.#wake();
    // Browsers differ in which events count as a user gesture.
    const touches = ["pointerup", "click", "keydown"];
    for (const each of touches) addEventListener(each, wake);
    return () => {
      for (const each of touches) removeEventListener(each, wake);
    };
  }

  /** Changes the sounds, and stores the choice on this tablet. */
  set(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    keep(key, this.choice);
    if (!this.on) this.blocked = false;
  }

  /** Plays the tone for an event, if one was chosen. */
  tell(kind: Kind): void {
    const tone = this.choice[kind];
    if (tone !== "off") this.#play(tone);
  }

  /** Plays a tone on request: in a user gesture, so that the browser allows it. */
  async test(kind: Kind): Promise<void> {
    await this.#wake();
    this.tell(kind);
  }

  #play(tone: Tone): void {
    const context = this.#context;
    if (context?.state !== "running") return;
    // Loudness is perceived logarithmically: half the volume is a quarter of the amplitude.
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
      // Suspended, or `interrupted`, as in Safari after a call or the lock screen.
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

  /** If sound is not available at all, a user gesture does not help. */
  #follow(): void {
    this.blocked = this.on && this.#context !== undefined && this.#context.state !== "running";
  }
}
