import type { LocalAzure } from "../../local/index.ts";
import { stepped, type Wish } from "./keys.ts";
import type { Player } from "./player.ts";

/** The step of winding forward, in ms. */
const windBy = 5 * 60_000;

/** Executes the commands for a player in sequence, through the same API as the page "Local Azure", so that screens are notified. */
export class Controls {
  readonly #azure: Pick<LocalAzure, "controlUrl" | "speed">;
  readonly #player: Pick<Player, "untilNext" | "isOver">;
  /** The speed after a pause. */
  #speed: number;
  #doing: Promise<void> = Promise.resolve();

  constructor(
    azure: Pick<LocalAzure, "controlUrl" | "speed">,
    player: Pick<Player, "untilNext" | "isOver">,
    speed: number,
  ) {
    this.#azure = azure;
    this.#player = player;
    this.#speed = speed;
  }

  /** Resolves once the command is done. @throws Error if the stand refuses it */
  wants(wish: Exclude<Wish, "quit">): Promise<void> {
    const done = this.#doing.then(() => this.#do(wish));
    this.#doing = done.catch(() => undefined);
    return done;
  }

  async #do(wish: Exclude<Wish, "quit">): Promise<void> {
    const { speed } = this.#azure;
    if (wish === "pause") {
      // A finished recording stays as it is: with a running clock its end would only recede into the past.
      if (speed === 0 && this.#player.isOver) return;
      await this.#post(`clock/speed?times=${speed === 0 ? this.#speed : 0}`);
    } else if (wish === "faster" || wish === "slower") {
      this.#speed = stepped(speed === 0 ? this.#speed : speed, wish);
      if (speed !== 0) await this.#post(`clock/speed?times=${this.#speed}`);
    } else {
      const by = wish === "wind" ? windBy : this.#player.untilNext;
      if (by !== undefined && !this.#player.isOver) await this.#post(`clock/advance?by=${by} ms`);
    }
  }

  async #post(path: string): Promise<void> {
    const reply = await fetch(new URL(path, this.#azure.controlUrl), { method: "POST" });
    if (!reply.ok) throw new Error(`The clock answered ${reply.status}: ${await reply.text()}`);
    await reply.body?.cancel();
  }
}
