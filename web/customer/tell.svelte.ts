import { onDestroy } from "svelte";
import type { PushKeyReply, PushRequest } from "../../contracts/http.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept, onVisibility } from "../lib/browser.ts";
import {
  askToTell,
  endSubscription,
  type Subscribed,
  subscribed,
  subscribeWith,
  type Telling,
  telling,
} from "../lib/browser-worker.ts";
import { randomKey } from "../lib/random.ts";
import { speech } from "../lib/speech.ts";

const key = "crema.tell";
/** So often the server is asked for its key and told that the subscription lasts, in ms: it forgets those that it does not hear of. */
const anew = 24 * 60 * 60_000;

/** What was decided in this browser. */
interface Decided {
  /** Whether its person wants to be told; a no is a no for good, until they turn it on themselves. */
  wanted: boolean;
  /** Made by chance, the browser's own. */
  browser: string;
  /** What the server was told last, when (ms), and for whom: somebody else is asked themselves. */
  sent?: string;
  at?: number;
  customer?: string | undefined;
}

/** Whether this browser tells its person of a ready order while nobody looks, and what they decide about it. */
export class Tell {
  /** What the browser lets us do. */
  can = $state<Telling>("never");
  /** What the person has decided; undefined while they were not asked. */
  wanted = $state<boolean>();
  busy = $state(false);
  /** Whether turning it on did not work the last time. */
  failed = $state(false);
  readonly #app: Pick<App, "api" | "session" | "clock">;

  /** To be called while a component is made, and ends with that. */
  constructor(app: Pick<App, "api" | "session" | "clock">) {
    this.#app = app;
    this.can = telling();
    const { wanted, customer } = decided() ?? {};
    this.wanted = wanted && customer !== app.session.me?.customerId ? undefined : wanted;
    // They may come back from the browser's settings, which tell nobody.
    onDestroy(
      onVisibility(() => {
        this.can = telling();
      }),
    );
    // As long as it is wanted, the server knows of it: also after another sign-in, and with a new key.
    if (this.on) void this.#subscribe().catch(() => undefined);
  }

  get on(): boolean {
    return this.wanted === true && this.can === "granted";
  }

  /** To be called as they touch something that says so: the browser asks them then. */
  async turnOn(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failed = false;
    const { session } = this.#app;
    const { token } = session;
    try {
      const can = await askToTell();
      // It was not asked of whoever is here by now.
      if (session.token !== token) return;
      this.can = can;
      if (can !== "granted") return this.#decide(false);
      if (await this.#subscribe()) this.#decide(true);
      else this.failed = session.token === token;
    } catch {
      this.failed = session.token === token;
    } finally {
      this.busy = false;
    }
  }

  /** Tells its person of nothing any more, and asks no more either. Never rejects: the browser is turned off even where the server cannot be told. */
  async turnOff(): Promise<void> {
    const browser = decided()?.browser;
    this.#decide(false);
    await endSubscription();
    // Should it not arrive, the push service says with the next message that there is nobody.
    if (browser)
      await this.#app.api.anywhere("DELETE", `/me/push/${browser}`, { repeatable: true }).catch(() => undefined);
  }

  /** They do not want it, and are not asked again. */
  decline(): void {
    this.#decide(false);
  }

  #decide(wanted: boolean): void {
    this.wanted = wanted;
    // What the server was told is over with a no.
    const before = wanted ? decided() : undefined;
    keep(key, { browser: decided()?.browser ?? randomKey(), ...before, wanted } satisfies Decided);
  }

  /**
   * Subscribes, and has the server know it; false where the browser cannot, or its person signs out or says no meanwhile: nobody else is told by their yes, and a
   * yes of before is none after a no.
   * @throws ApiError, NetworkError
   */
  async #subscribe(): Promise<boolean> {
    const { api, session, clock } = this.#app;
    const { token } = session;
    const { browser = randomKey(), sent, at = 0, wanted } = decided() ?? {};
    const isOver = () => session.token !== token || decided()?.wanted !== wanted;
    const { language } = speech();
    const customer = session.me?.customerId;
    const told = (body: Subscribed) => JSON.stringify([customer, language, body]);
    const found = await subscribed();
    if (found !== undefined && told(found) === sent && clock.now - at < anew) return true;
    const { key: signedWith } = await api.anywhere<PushKeyReply>("GET", "/push-key", { anonymous: true });
    if (isOver()) return false;
    const subscription = await subscribeWith(signedWith);
    if (subscription === undefined) return false;
    if (isOver()) {
      // Their leaving, or their no, has ended what was there before it; who is here now may have one by their own yes.
      if (!decided()?.wanted) await endSubscription();
      return false;
    }
    const body: PushRequest = { ...subscription, language };
    await api.anywhere("PUT", `/me/push/${browser}`, { body, repeatable: true });
    if (isOver()) return false;
    keep(key, { wanted: true, browser, sent: told(subscription), at: clock.now, customer } satisfies Decided);
    return true;
  }
}

/**
 * Nothing of whoever signs out stays: this browser is told of nobody's orders any more, nor of what is on its way already. Their yes was for
 * themselves; a no stays.
 */
export async function forgetTold(): Promise<void> {
  if (decided()?.wanted) keep(key, undefined);
  await endSubscription();
}

function decided(): Decided | undefined {
  const found = kept(key) as Decided | undefined;
  return typeof found?.wanted === "boolean" && typeof found.browser === "string" ? found : undefined;
}
