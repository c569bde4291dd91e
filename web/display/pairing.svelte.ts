import type { PairingLookReply, PairingMessage, PairingReply } from "../../contracts/pairing.ts";
import { codeOf } from "../lib/api.ts";
import type { App } from "../lib/app.svelte.ts";
import { hasTouch, visible } from "../lib/browser.ts";
import { LiveConnection } from "../lib/live-connection.ts";
import { patient, repeat } from "../lib/repeat.ts";

/** How often (ms) to poll for the approval while no push is available, and for what follows once it is known. */
const lookEvery = 10_000;

/**
 * A screen that waits to be paired as a display. It has a code to show and a secret to keep, requests new ones when they expire, and receives a push
 * when it is approved. It polls only while push is not available, and after the approval until it is signed in.
 */
export class Pairing {
  /** What is shown; undefined until it is loaded. */
  asked = $state.raw<PairingReply>();
  readonly #app: App;
  #connected = false;
  /** The request that is known to be approved. That is pushed once, and the screen may not get an answer to what it asks then. */
  #approved: PairingReply | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  get over(): boolean {
    return this.asked === undefined || Date.parse(this.asked.expiresAt) <= this.#app.clock.now;
  }

  /** Requests codes, until the returned function is called. Call it while there is no valid one. */
  renew(): () => void {
    return repeat(() => this.#renew(), 0, patient(2_000));
  }

  async #renew(): Promise<void> {
    // Nobody could read it.
    if (!visible()) return;
    // An approval at the last moment may not have arrived.
    if (this.asked !== undefined && (await this.#look().catch(passed))?.state === "paired") return;
    const { api } = this.#app;
    this.asked = await api.inStore<PairingReply>("POST", "/pairings", { body: { touch: hasTouch() }, anonymous: true });
  }

  /** Listens for the approval of the shown code. Returns a function that ends it. */
  listen(asked: PairingReply): () => void {
    let first: string | undefined = asked.live;
    const connection = new LiveConnection({
      url: async () => {
        const url = first ?? (await this.#look()).live;
        first = undefined;
        if (url === undefined) throw new Error("It is paired: there is nothing more to hear.");
        return url;
      },
      onMessage: (data) => {
        if ((data as PairingMessage).kind !== "paired") return;
        this.#approved = asked;
        void this.#look().catch(() => undefined);
      },
      onState: (state) => {
        this.#connected = state === "connected" || state === "recovered";
      },
    });
    connection.start();
    const end = repeat(
      async () => (this.#connected && this.#approved !== asked ? undefined : this.#look()),
      lookEvery,
      () => lookEvery,
    );
    return () => {
      end();
      connection.stop();
      this.#connected = false;
    };
  }

  /** Checks whether it was approved, and then signs in. An expired code is removed: there will be another. */
  async #look(): Promise<Partial<PairingLookReply>> {
    const { api, session } = this.#app;
    const asked = this.asked;
    if (asked === undefined) return {};
    const { code, secret } = asked;
    const body = { code, secret };
    const call = { body, anonymous: true, repeatable: true };
    const reply = await api.inStore<PairingLookReply>("POST", "/pairings/look", call).catch((error: unknown) => {
      if (codeOf(error) === "pairing-over" && this.asked === asked) this.asked = undefined;
      throw error;
    });
    if (reply.state !== "paired" || this.asked !== asked) return reply;
    this.#approved = asked;
    // A user who signed in with their phone number meanwhile stays signed in.
    if (session.token !== undefined && session.token !== secret) return reply;
    await session.begin({ token: secret }, api);
    // Not before it is known whose session it is: without an answer, the next look asks once more.
    if (this.asked === asked) this.asked = undefined;
    return reply;
  }
}

/** An expired code is no failure. */
function passed(error: unknown): undefined {
  if (codeOf(error) !== "pairing-over") throw error;
}
