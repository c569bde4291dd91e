import type { CodeReply } from "../../contracts/http.ts";
import { addressToShow, isStale } from "../../web/display/board.ts";
import { codeOf } from "../../web/lib/api.ts";
import type { Device } from "./device.ts";
import type { Life } from "./life.ts";
import { Stopped } from "./stopped.ts";

/** How often a display retries a failed request, in ms. */
const askEvery = 2_000;
/** Only the end of the window changes the code, and that is pushed; this is a fallback poll. */
const lookEvery = 60_000;

/** The display, as guests see it from the door. */
export class Wall {
  readonly device: Device;
  readonly #life: Life;
  #reply: CodeReply | undefined;
  /** The code of the previous window. */
  #earlier: string | undefined;
  #last: string | undefined;

  constructor(life: Life, device: Device) {
    this.#life = life;
    this.device = device;
    device.refresh = async () => {
      await Promise.all([device.loadPage(), device.loadOrders(() => device.api.orders()), this.#loadCode()]);
    };
  }

  /** Keeps the code on screen until the robots stop. */
  async hang(): Promise<void> {
    try {
      while (!this.#life.stopped) await this.#look();
    } catch (error) {
      this.#life.ledger.trouble("display", error);
    }
  }

  async #look(): Promise<void> {
    const { device } = this;
    const now = this.#life.time.now();
    if (device.page?.store.open !== true) {
      await device.until(() => (device.page?.store.open ? true : undefined), lookEvery);
      return;
    }
    const stale = () => isStale(this.#reply, device.window, this.#life.time.now());
    if (stale()) {
      await this.#loadCode().catch((error: unknown) => this.#life.ledger.trouble("display", error));
      if (stale()) await this.#life.sleep(askEvery);
      return;
    }
    const ends = [device.window?.closesAt, device.window?.heldUntil].map((at) => Date.parse(at ?? "") - now + 200);
    await device.until(() => stale() || undefined, Math.min(lookEvery, ...ends.filter((left) => left > 0)));
  }

  /** The code to scan, or why there is none. */
  code(): { code: string } | { none: "closed" | "full" | "taken" } {
    const { page, queue, window } = this.device;
    if (page === undefined || !page.store.open) return { none: "closed" };
    if ((queue?.active ?? 0) >= page.store.capacity) return { none: "full" };
    const address = addressToShow(this.#reply, window, this.#life.time.now());
    const code = address && new URL(address).searchParams.get("code");
    return code ? { code } : { none: "taken" };
  }

  /** A code that was shown before this one. */
  get earlier(): string | undefined {
    return this.#earlier;
  }

  /** The last code that was shown, even if there is none now. */
  get last(): string | undefined {
    return this.#last;
  }

  async #loadCode(): Promise<void> {
    const before = this.#reply?.code;
    try {
      const reply = await this.device.api.code();
      if (before !== undefined && reply.window.opensAt !== this.#reply?.window.opensAt) this.#earlier = before;
      this.#reply = reply;
      this.#last = reply.code;
      this.device.takeWindow(reply.window);
    } catch (error) {
      if (error instanceof Stopped || codeOf(error) !== "store-closed") throw error;
      this.#reply = undefined;
    }
  }
}
